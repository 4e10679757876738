import {
  CreateFunctionUrlConfigCommand,
  DeleteFunctionUrlConfigCommand,
  GetFunctionUrlConfigCommand,
  LambdaClient,
  ListFunctionUrlConfigsCommand,
  UpdateFunctionUrlConfigCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { lambda, openStacks, type RunningAccount, startAccountProcess, temporaryFolder } from './harness.ts';

const folder = temporaryFolder();
let account: RunningAccount;
let client: LambdaClient;

beforeAll(async () => {
  account = await startAccountProcess(folder.path);
  client = new LambdaClient({ ...account.config, maxAttempts: 1 });
  const stacks = openStacks(account.config);
  const source = 'exports.handler = async ({ rawPath }) => ({ statusCode: 201, body: rawPath });';
  await stacks.create('urls', {
    Resources: {
      F: lambda(source, { FunctionName: 'paged' }),
      Version: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'F' } } },
      Alias: {
        Type: 'AWS::Lambda::Alias',
        Properties: {
          FunctionName: { Ref: 'F' },
          Name: 'live',
          FunctionVersion: { 'Fn::GetAtt': ['Version', 'Version'] },
        },
      },
    },
  });
  stacks.client.destroy();
});

afterAll(async () => {
  client.destroy();
  await account.end('SIGTERM');
  folder.remove();
});

const FunctionName = 'paged';
const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:paged';
const refusalOf = (request: Promise<unknown>): Promise<string> =>
  request.then(
    () => 'not refused',
    (error: Error) => `${error.name}: ${error.message}`,
  );

it('makes, shows, changes, lists and deletes URLs that answer', async () => {
  const Cors = { AllowOrigins: ['https://shop.example'], AllowMethods: ['GET'], MaxAge: 60 };
  const made = await client.send(new CreateFunctionUrlConfigCommand({ FunctionName, AuthType: 'NONE', Cors }));
  expect(made).toMatchObject({ FunctionArn: ARN, AuthType: 'NONE', Cors, InvokeMode: 'BUFFERED' });
  const answer = await fetch(`${made.FunctionUrl}a/b`);
  expect([answer.status, await answer.text()]).toEqual([201, '/a/b']);
  await client.send(new CreateFunctionUrlConfigCommand({ FunctionName, Qualifier: 'live', AuthType: 'AWS_IAM' }));
  const { FunctionUrlConfigs = [] } = await client.send(new ListFunctionUrlConfigsCommand({ FunctionName }));
  expect(FunctionUrlConfigs.map(({ FunctionArn }) => FunctionArn).sort()).toEqual([ARN, `${ARN}:live`]);
  const changed = await client.send(
    new UpdateFunctionUrlConfigCommand({ FunctionName, InvokeMode: 'RESPONSE_STREAM', Cors: {} }),
  );
  expect(changed).toMatchObject({
    FunctionUrl: made.FunctionUrl,
    AuthType: 'NONE',
    InvokeMode: 'RESPONSE_STREAM',
    Cors: {},
  });
  const shown = await client.send(new GetFunctionUrlConfigCommand({ FunctionName: ARN }));
  expect(shown).toMatchObject({ CreationTime: made.CreationTime, InvokeMode: 'RESPONSE_STREAM' });
  await client.send(new DeleteFunctionUrlConfigCommand({ FunctionName }));
  expect((await fetch(made.FunctionUrl!)).status).toBe(403);
  const left = await client.send(new ListFunctionUrlConfigsCommand({ FunctionName }));
  expect(left.FunctionUrlConfigs).toHaveLength(1);
});

it('refuses what is wrong by its name', async () => {
  const create = (more: object) =>
    refusalOf(client.send(new CreateFunctionUrlConfigCommand({ FunctionName, AuthType: 'NONE', ...more })));
  expect(await create({ FunctionName: 'nobody' })).toMatch(/^ResourceNotFoundException: /);
  expect(await create({ AuthType: 'OPEN' })).toMatch(/^ValidationException: AuthType is NONE or AWS_IAM, not OPEN/);
  expect(await create({ Qualifier: '1' })).toMatch(
    /^ValidationException: A URL belongs to a function or to one of its/,
  );
  expect(await create({ Cors: { MaxAge: 90_000 } })).toMatch(/^ValidationException: MaxAge /);
  expect(await create({ Qualifier: 'none' })).toMatch(/^ResourceNotFoundException: /);
  expect(await refusalOf(client.send(new GetFunctionUrlConfigCommand({ FunctionName })))).toMatch(/^ResourceNotFound/);
  await create({});
  expect(await create({})).toMatch(/^ResourceConflictException: .*FunctionUrlConfig exists for this Lambda function$/);
});
