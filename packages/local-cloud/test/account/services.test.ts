import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CloudWatchLogsClient,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { EventBridgeClient, ListEventBusesCommand } from '@aws-sdk/client-eventbridge';
import { GetRoleCommand, GetRolePolicyCommand, IAMClient, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { CreateQueueCommand, GetQueueUrlCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import {
  lambda,
  openStacks,
  type RunningAccount,
  type Stacks,
  startAccountProcess,
  temporaryFolder,
} from './harness.ts';

const folder = temporaryFolder();
let account: RunningAccount;
let stacks: Stacks;

beforeAll(async () => {
  account = await startAccountProcess(folder.path);
  stacks = openStacks(account.config);
});

afterAll(async () => {
  await account.end('SIGTERM');
  stacks.client.destroy();
  folder.remove();
});

it('names queues by its own address', async () => {
  const sqs = new SQSClient(account.config);
  const QueueName = 'addressed';
  const url = `${account.url}/000000000000/${QueueName}`;
  expect(await sqs.send(new CreateQueueCommand({ QueueName }))).toMatchObject({ QueueUrl: url });
  expect(await sqs.send(new GetQueueUrlCommand({ QueueName }))).toMatchObject({ QueueUrl: url });
  expect(await sqs.send(new ListQueuesCommand({ QueueNamePrefix: QueueName }))).toMatchObject({ QueueUrls: [url] });
  sqs.destroy();
});

it('is empty at first: no stack, no bus but the default, no state machine, no parameter', async () => {
  const [eventBridge, states] = [new EventBridgeClient(account.config), new SFNClient(account.config)];
  const { EventBuses: buses } = await eventBridge.send(new ListEventBusesCommand({}));
  expect(buses?.map(({ Name }) => Name)).toEqual(['default']);
  expect((await states.send(new ListStateMachinesCommand({}))).stateMachines).toEqual([]);
  const overview = (await (await fetch(account.url)).json()) as object;
  expect(overview).toMatchObject({ endpoint: account.url, stacks: [], apis: [], functions: [] });
  eventBridge.destroy();
  states.destroy();
});

it('says who asks', async () => {
  const sts = new STSClient(account.config);
  const { Account, Arn } = await sts.send(new GetCallerIdentityCommand({}));
  expect([Account, Arn]).toEqual(['000000000000', 'arn:aws:iam::000000000000:root']);
  sts.destroy();
});

it('refuses another account, which an access key of twelve digits names', async () => {
  const credentials = (accessKeyId: string) => ({ accessKeyId, secretAccessKey: 'test' });
  const ask = async (accessKeyId: string): Promise<unknown> => {
    const client = new EventBridgeClient({ ...account.config, credentials: credentials(accessKeyId), maxAttempts: 1 });
    const answer = client.send(new ListEventBusesCommand({}));
    return answer.catch(({ message }: Error) => message).finally(() => client.destroy());
  };
  expect(await ask('111122223333')).toBe('The account 111122223333 is not supported here; there is 000000000000.');
  expect(await ask('000000000000')).toMatchObject({ EventBuses: [{ Name: 'default' }] });
});

it('keeps roles with their policies', async () => {
  const iam = new IAMClient(account.config);
  const PolicyDocument = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:Get*', Resource: '*' }] };
  const AssumeRolePolicyDocument = { Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' } }] };
  const Policies = [{ PolicyName: 'reads', PolicyDocument }];
  const Properties = { RoleName: 'reader', AssumeRolePolicyDocument, Policies };
  await stacks.create('roles', { Resources: { Role: { Type: 'AWS::IAM::Role', Properties } } });
  const { Role: role } = await iam.send(new GetRoleCommand({ RoleName: 'reader' }));
  expect(role?.Arn).toBe('arn:aws:iam::000000000000:role/reader');
  expect(JSON.parse(decodeURIComponent(role?.AssumeRolePolicyDocument ?? ''))).toEqual(AssumeRolePolicyDocument);
  const { PolicyNames: names } = await iam.send(new ListRolePoliciesCommand({ RoleName: 'reader' }));
  expect(names).toEqual(['reads']);
  const policy = await iam.send(new GetRolePolicyCommand({ RoleName: 'reader', PolicyName: 'reads' }));
  expect(JSON.parse(decodeURIComponent(policy.PolicyDocument ?? ''))).toEqual(PolicyDocument);
  await expect(iam.send(new GetRoleCommand({ RoleName: 'none' }))).rejects.toMatchObject({
    name: 'NoSuchEntityException',
  });
  iam.destroy();
});

it('shows what a function wrote, in its log group', async () => {
  const [logs, client] = [new CloudWatchLogsClient(account.config), new LambdaClient(account.config)];
  const logGroupName = '/aws/lambda/talkative';
  await stacks.create('talking', {
    Resources: {
      Group: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: logGroupName, RetentionInDays: 30 } },
      F: lambda(`exports.handler = async (e) => console.log('said ' + e.word);`, { FunctionName: 'talkative' }),
    },
  });
  await client.send(new InvokeCommand({ FunctionName: 'talkative', Payload: '{"word":"hello"}' }));
  const { logGroups: groups } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/aws/lambda/' }));
  expect(groups).toMatchObject([{ logGroupName, retentionInDays: 30 }]);
  const found = await logs.send(new FilterLogEventsCommand({ logGroupName, filterPattern: '"said hello"' }));
  expect(found.events?.map(({ message }) => message)).toEqual([expect.stringMatching(/\tINFO\tsaid hello$/)]);
  const none = await logs.send(new FilterLogEventsCommand({ logGroupName, startTime: Date.now() + 60_000 }));
  expect(none.events).toEqual([]);
  await expect(logs.send(new FilterLogEventsCommand({ logGroupName: 'none' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
  logs.destroy();
  client.destroy();
});

it('makes the log group of a function with its first line, as often as it is deleted', async () => {
  const [logs, client] = [new CloudWatchLogsClient(account.config), new LambdaClient(account.config)];
  const logGroupName = '/aws/lambda/undeclared';
  const lines = async (): Promise<(string | undefined)[]> => {
    const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName, filterPattern: 'hello' }));
    return events.map(({ message }) => message);
  };
  const Group = { FunctionName: 'undeclared' };
  await stacks.create('undeclared', { Resources: { F: lambda(`exports.handler = async () => 'hello';`, Group) } });
  await expect(lines()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await client.send(new InvokeCommand(Group));
  expect(await lines()).toEqual([]);
  await logs.send(new DeleteLogGroupCommand({ logGroupName }));
  await expect(lines()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await client.send(new InvokeCommand(Group));
  expect(await lines()).toEqual([]);
  logs.destroy();
  client.destroy();
});

describe('an API', () => {
  const api = (Body: string): object => ({
    Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'greeter' } },
    Hello: {
      Type: 'AWS::ApiGateway::Resource',
      Properties: {
        RestApiId: { Ref: 'Api' },
        ParentId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] },
        PathPart: 'hello',
      },
    },
    F: lambda(`exports.handler = async ({ path, queryStringParameters: q }) => ({ statusCode: 200,
      body: JSON.stringify({ said: '${Body}', path, q }) });`),
    Get: {
      Type: 'AWS::ApiGateway::Method',
      Properties: {
        RestApiId: { Ref: 'Api' },
        ResourceId: { Ref: 'Hello' },
        HttpMethod: 'GET',
        AuthorizationType: 'NONE',
        Integration: {
          Type: 'AWS_PROXY',
          IntegrationHttpMethod: 'POST',
          Uri: {
            'Fn::Sub': 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${F.Arn}/invocations',
          },
        },
      },
    },
    Deployment: {
      Type: 'AWS::ApiGateway::Deployment',
      DependsOn: 'Get',
      Properties: { RestApiId: { Ref: 'Api' }, StageName: 'dev' },
    },
  });
  const Outputs = {
    Url: { Value: { 'Fn::Sub': 'https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/dev' } },
  };

  it('answers at the address in the outputs, and by its host name', async () => {
    const { Outputs: outputs } = await stacks.create('greeter', { Resources: api('hello'), Outputs });
    const url = outputs?.[0]?.OutputValue ?? '';
    expect(url.startsWith(`${account.url}/_aws/execute-api/`)).toBe(true);
    const expected = { said: 'hello', path: '/hello', q: { a: 'b' } };
    expect(await (await fetch(`${url}/hello?a=b`)).json()).toEqual(expected);
    const id = /execute-api\/([a-z0-9]+)\//.exec(url)?.[1];
    const { port } = new URL(account.url);
    expect(await get(port, '/dev/hello?a=b', `${id}.execute-api.localhost:${port}`)).toEqual(expected);
    expect(await get(port, '//dev/hello?a=b', `${id}.execute-api.localhost:${port}`)).toEqual(expected);
    expect((await fetch(`${url}/none`)).status).toBe(403);
    await stacks.update('greeter', { Resources: api('good day'), Outputs });
    expect(await (await fetch(`${url}/hello`)).json()).toMatchObject({ said: 'good day' });
    await stacks.delete('greeter');
    expect((await fetch(`${url}/hello`)).status).toBe(403);
  });

  describe('a custom domain', () => {
    const domain = 'api.greeter.example';
    const name = {
      Type: 'AWS::ApiGateway::DomainName',
      Properties: {
        DomainName: domain,
        RegionalCertificateArn: 'arn:aws:acm:us-east-1:000000000000:certificate/one',
        EndpointConfiguration: { Types: ['REGIONAL'] },
        SecurityPolicy: 'TLS_1_2',
      },
    };
    const mapping = (BasePath: string) => ({
      Type: 'AWS::ApiGateway::BasePathMapping',
      DependsOn: 'Deployment',
      Properties: { DomainName: domain, BasePath, RestApiId: { Ref: 'Api' }, Stage: 'dev' },
    });
    const here = () => `${account.url}/_aws/domains/${domain}`;

    it('leads to the APIs of several stacks by their base paths, at both of its addresses', async () => {
      await stacks.create('door', { Resources: { Name: name } });
      await stacks.create('one', { Resources: { ...api('one'), Mapping: mapping('one') } });
      await stacks.create('two', { Resources: { ...api('two'), Mapping: mapping('two') } });
      for (const said of ['one', 'two']) {
        const expected = { said, path: '/hello', q: { a: 'b' } };
        expect(await (await fetch(`${here()}/${said}/hello?a=b`)).json()).toEqual(expected);
        const { port } = new URL(account.url);
        expect(await get(port, `/${said}/hello?a=b`, `${domain}.localhost:${port}`)).toEqual(expected);
      }
      const none = await fetch(`${here()}/three/hello`);
      expect([none.status, await none.json()]).toEqual([403, { message: 'Forbidden' }]);
      await stacks.delete('two');
      expect((await fetch(`${here()}/two/hello`)).status).toBe(403);
      expect((await fetch(`${here()}/one/hello`)).status).toBe(200);
    });
  });
});

it('serves an HTTP API at the address in the outputs, without a stage', async () => {
  const ApiId = { Ref: 'Api' };
  const template = (Text: string) => ({
    Resources: {
      Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'notes', ProtocolType: 'HTTP' } },
      Stage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ApiId, StageName: '$default', AutoDeploy: true } },
      F: lambda(
        `exports.handler = async ({ rawPath, pathParameters }) => ({ said: '${Text}', rawPath, pathParameters });`,
      ),
      Integration: {
        Type: 'AWS::ApiGatewayV2::Integration',
        Properties: {
          ...{ ApiId, IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0' },
          IntegrationUri: { 'Fn::GetAtt': ['F', 'Arn'] },
        },
      },
      Route: {
        Type: 'AWS::ApiGatewayV2::Route',
        Properties: { ApiId, RouteKey: 'GET /notes/{id}', Target: { 'Fn::Sub': 'integrations/${Integration}' } },
      },
    },
    Outputs: { Url: { Value: { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] } } },
  });
  const { Outputs: outputs } = await stacks.create('notes', template('hello'));
  const url = outputs?.[0]?.OutputValue ?? '';
  expect(url.startsWith(`${account.url}/_aws/execute-api/`)).toBe(true);
  const expected = { said: 'hello', rawPath: '/notes/1', pathParameters: { id: '1' } };
  expect(await (await fetch(`${url}/notes/1`)).json()).toEqual(expected);
  const { port } = new URL(account.url);
  expect(await get(port, '/notes/1', `${url.split('/').at(-1)}.execute-api.localhost:${port}`)).toEqual(expected);
  const overview = (await (await fetch(account.url)).json()) as { httpApis: object[] };
  expect(overview.httpApis).toEqual([{ name: 'notes', urls: [url] }]);
  await stacks.update('notes', template('good day'));
  expect(await (await fetch(`${url}/notes/1`)).json()).toMatchObject({ said: 'good day' });
  await stacks.delete('notes');
  expect((await fetch(`${url}/notes/1`)).status).toBe(403);
});

/** With a Host header of one's own, which fetch does not take. */
async function get(port: string, path: string, host: string): Promise<unknown> {
  const sent = request({ host: '127.0.0.1', port, path, headers: { host } }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return json(response);
}

it('reaches a sandbox that a service declares below its own address', async () => {
  expect(account.sandboxes).toEqual({ bank: `${account.url}/_sandboxes/bank` });
  const response = await fetch(`${account.sandboxes['bank']}/v1/transfers?limit=1`);
  expect(await response.json()).toMatchObject({ path: '/v1/transfers?limit=1' });
});

it('names all services that it has', async () => {
  const authorization = 'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/rds/aws4_request, Signature=0';
  const response = await fetch(account.url, { method: 'POST', headers: { authorization }, body: '{}' });
  expect(await response.text()).toMatch(/ dynamodb, ecr, .* monitoring, s3, scheduler, /);
});

it('refuses a service that it does not have by its name', async () => {
  const authorization = 'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/firehose/aws4_request, Signature=0';
  const response = await fetch(account.url, { method: 'POST', headers: { authorization }, body: '{}' });
  expect([response.status, await response.json()]).toEqual([
    501,
    {
      __type: 'UnknownOperationException',
      message: expect.stringMatching(/^The service "firehose" is not supported here; there are apigateway, /),
    },
  ]);
});
