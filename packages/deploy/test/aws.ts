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
  /** The environment variables with which the SDK and the CLI find it, with credentials. */
  readonly env: Readonly<Record<string, string>>;
}

/** The laptop's Parameter Store, and a CloudFormation with these stacks' states. */
export async function startAws(stacks: Readonly<Record<string, string>> = {}): Promise<Aws> {
  const database = new DatabaseSync(':memory:');
  const ssm = createSsm({ database, accountId: '000000000000', region: 'us-east-1' });
  const [ssmUrl, stacksUrl] = await Promise.all([
    listen(createAwsJsonServer({ AmazonSSM: ssm.handle })),
    listen(stacksServer(stacks)),
  ]);
  open.push(database);
  const credentials = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  return { ssm, env: { ...credentials, AWS_ENDPOINT_URL_SSM: ssmUrl, AWS_ENDPOINT_URL_CLOUDFORMATION: stacksUrl } };
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

function stacksServer(stacks: Readonly<Record<string, string>>): Server {
  return createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      const name = new URLSearchParams(body).get('StackName') ?? '';
      const status = stacks[name];
      const xml =
        status === undefined
          ? `<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id ${name} does not exist</Message></Error></ErrorResponse>`
          : `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>${name}</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>${status}</StackStatus></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;
      response.writeHead(status === undefined ? 400 : 200, { 'content-type': 'text/xml' }).end(xml);
    });
  });
}
