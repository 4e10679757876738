import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { createAwsJsonServer } from '@dure/aws-protocols/aws-json';
import { createSsm, type Ssm } from '@dure/local-cloud/services/ssm/index';
import { afterAll } from '@jest/globals';

const open: { close(): void }[] = [];
afterAll(() => {
  for (const one of open) one.close();
});

interface Aws {
  readonly ssm: Ssm;
  /** The stacks that are left, by name. */
  readonly stacks: ReadonlyMap<string, FakeStack>;
  /** The environment variables with which the SDK and the CLI find it, with credentials. */
  readonly env: Readonly<Record<string, string>>;
}

interface FakeStack {
  readonly status: string;
  /** `Files` to the bucket's name */
  readonly buckets?: Readonly<Record<string, string>>;
  readonly template?: object;
  readonly httpApiUrl?: string;
  /** Why it cannot be deleted. */
  readonly stays?: string;
}

/** The laptop's Parameter Store, a CloudFormation with these stacks, and an S3 with these buckets' versions. */
export async function startAws(
  stacks: Readonly<Record<string, string | FakeStack>> = {},
  objects: Record<string, string[]> = {},
): Promise<Aws> {
  const database = new DatabaseSync(':memory:');
  const ssm = createSsm({ database, accountId: '000000000000', region: 'us-east-1' });
  const byName = new Map(
    Object.entries(stacks).map(([name, stack]) => [name, typeof stack === 'string' ? { status: stack } : stack]),
  );
  const [ssmUrl, stacksUrl, s3Url] = await Promise.all([
    listen(createAwsJsonServer({ AmazonSSM: ssm.handle })),
    listen(stacksServer(byName)),
    listen(bucketsServer(objects)),
  ]);
  open.push(database);
  const env = {
    ...{ AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
    ...{ AWS_ENDPOINT_URL_SSM: ssmUrl, AWS_ENDPOINT_URL_CLOUDFORMATION: stacksUrl, AWS_ENDPOINT_URL_S3: s3Url },
  };
  return { ssm, stacks: byName, env };
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  open.push({
    close() {
      server.closeAllConnections();
      server.close();
    },
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function stacksServer(stacks: Map<string, FakeStack>): Server {
  return createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      const input = new URLSearchParams(body);
      const name = input.get('StackName') ?? '';
      const stack = stacks.get(name);
      if (stack === undefined) {
        const error = `<Code>ValidationError</Code><Message>Stack with id ${name} does not exist</Message>`;
        return response
          .writeHead(400, { 'content-type': 'text/xml' })
          .end(`<ErrorResponse><Error><Type>Sender</Type>${error}</Error></ErrorResponse>`);
      }
      const action = input.get('Action') ?? '';
      const result = ANSWERS[action]?.(name, stack, stacks) ?? '';
      return response
        .writeHead(200, { 'content-type': 'text/xml' })
        .end(`<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`);
    });
  });
}

const ANSWERS: Readonly<Record<string, (name: string, stack: FakeStack, stacks: Map<string, FakeStack>) => string>> = {
  DescribeStacks(name, { status, httpApiUrl }) {
    const output = `<member><OutputKey>HttpApiUrl</OutputKey><OutputValue>${httpApiUrl}</OutputValue></member>`;
    const outputs = httpApiUrl === undefined ? '' : `<Outputs>${output}</Outputs>`;
    return `<Stacks><member><StackName>${name}</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>${status}</StackStatus>${outputs}</member></Stacks>`;
  },
  ListStackResources: (_, { buckets = {} }) => {
    const members = Object.entries(buckets).map(
      ([id, bucket]) =>
        `<member><LogicalResourceId>${id}</LogicalResourceId><PhysicalResourceId>${bucket}</PhysicalResourceId><ResourceType>AWS::S3::Bucket</ResourceType><ResourceStatus>CREATE_COMPLETE</ResourceStatus></member>`,
    );
    return `<StackResourceSummaries>${members.join('')}</StackResourceSummaries>`;
  },
  GetTemplate: (_, { template = {} }) =>
    `<TemplateBody>${JSON.stringify(template).replaceAll('"', '&quot;')}</TemplateBody>`,
  DeleteStack(name, stack, stacks) {
    if (stack.stays === undefined) stacks.delete(name);
    else stacks.set(name, { ...stack, status: 'DELETE_FAILED' });
    return '';
  },
  DescribeStackEvents: (name, { stays }) =>
    `<StackEvents><member><StackId>${name}</StackId><PhysicalResourceId>files</PhysicalResourceId><LogicalResourceId>Files</LogicalResourceId><ResourceType>AWS::S3::Bucket</ResourceType><ResourceStatus>DELETE_FAILED</ResourceStatus><ResourceStatusReason>${stays}</ResourceStatusReason></member></StackEvents>`,
};

/** Lists versions, and deletes all of a bucket. `key` has the version `null`, `key@2` has 2. */
function bucketsServer(objects: Record<string, string[]>): Server {
  return createServer((request, response) => {
    const [, bucket = ''] = (request.url ?? '').split(/[/?]/);
    response.setHeader('content-type', 'application/xml');
    if (request.method === 'POST') {
      objects[bucket] = [];
      return response.end('<DeleteResult/>');
    }
    const found = objects[bucket];
    if (found === undefined) return response.writeHead(404).end('<Error><Code>NoSuchBucket</Code></Error>');
    const versions = found.map((object) => {
      const [key, version = 'null'] = object.split('@');
      return `<Version><Key>${key}</Key><VersionId>${version}</VersionId></Version>`;
    });
    return response.end(`<ListVersionsResult>${versions.join('')}</ListVersionsResult>`);
  });
}
