import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  lambda,
  openStacks,
  type RunningAccount,
  startAccountProcess,
  type Stacks,
  temporaryFolder,
} from './harness.ts';

const folder = temporaryFolder();
let account: RunningAccount;
let stacks: Stacks;
let client: LambdaClient;

const SOURCE = `
const { EventBridgeClient, PutEventsCommand } = require('@aws-sdk/client-eventbridge');
exports.handler = async ({ source }) => {
  const Entries = [{ EventBusName: 'shop', Source: source, DetailType: 'Told', Detail: '{}' }];
  const answer = await new EventBridgeClient({}).send(new PutEventsCommand({ Entries }));
  return answer.FailedEntryCount;
};`;

const template = (source: string) => ({
  Resources: {
    Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'shop' } },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {},
        Policies: [
          {
            PolicyName: 'own',
            PolicyDocument: {
              Statement: [
                {
                  Effect: 'Allow',
                  Action: 'events:PutEvents',
                  Resource: { 'Fn::GetAtt': ['Bus', 'Arn'] },
                  Condition: { StringEquals: { 'events:source': source } },
                },
              ],
            },
          },
        ],
      },
    },
    Function: lambda(SOURCE, { FunctionName: 'teller', Role: { 'Fn::GetAtt': ['Role', 'Arn'] } }),
  },
});

async function start(): Promise<void> {
  account = await startAccountProcess(folder.path);
  stacks = openStacks(account.config);
  client = new LambdaClient({ ...account.config, maxAttempts: 1 });
}

async function end(): Promise<void> {
  await account.end('SIGTERM');
  stacks.client.destroy();
  client.destroy();
}

beforeAll(start, 60_000);
afterAll(async () => {
  await end();
  folder.remove();
});

async function tellAs(source: string): Promise<unknown> {
  const Payload = JSON.stringify({ source });
  const { Payload: answer } = await client.send(new InvokeCommand({ FunctionName: 'teller', Payload }));
  return JSON.parse(answer?.transformToString() ?? '');
}

const denied = { errorType: 'AccessDeniedException', errorMessage: expect.stringContaining('is not authorized') };

it('lets a function put the events that its role allows, as it is now, also after a restart', async () => {
  expect((await stacks.create('shop', template('shop'))).StackStatus).toBe('CREATE_COMPLETE');
  expect(await tellAs('shop')).toBe(0);
  expect(await tellAs('other')).toMatchObject(denied);

  expect((await stacks.update('shop', template('other'))).StackStatus).toBe('UPDATE_COMPLETE');
  expect(await tellAs('shop')).toMatchObject(denied);
  expect(await tellAs('other')).toBe(0);

  await end();
  await start();
  expect(await tellAs('shop')).toMatchObject(denied);
  expect(await tellAs('other')).toBe(0);
});

it('lets whoever has no role put anything', async () => {
  const bus = new EventBridgeClient(account.config);
  const Entries = [{ EventBusName: 'shop', Source: 'com.anybody', DetailType: 'Told', Detail: '{}' }];
  expect(await bus.send(new PutEventsCommand({ Entries }))).toMatchObject({ FailedEntryCount: 0 });
  bus.destroy();
});
