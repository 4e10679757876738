import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { lambda, openStacks, queue, startAccountProcess, temporaryFolder } from './harness.ts';

const folder = temporaryFolder();
let account: Awaited<ReturnType<typeof startAccountProcess>>;

beforeAll(async () => {
  account = await startAccountProcess(folder.path);
});

afterAll(async () => {
  await account.end('SIGTERM');
  folder.remove();
});

const SOURCE = `const { SQSClient, SendMessageCommand } = require('@aws-sdk/client-sqs');
  const sqs = new SQSClient({});
  exports.handler = async ({ Records: [{ body }] = [{}] }) => body === undefined ? 'alive' :
    sqs.send(new SendMessageCommand({ QueueUrl: process.env.OUT, MessageBody: 'got ' + body }));`;

it('killed and started again, everything deployed goes on at the same addresses', async () => {
  const before = openStacks(account.config);
  const template = {
    Resources: {
      In: queue(),
      Out: queue({ QueueName: 'out' }),
      F: lambda(SOURCE, { FunctionName: 'surviving', Environment: { Variables: { OUT: { Ref: 'Out' } } } }),
      Mapping: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: { EventSourceArn: { 'Fn::GetAtt': ['In', 'Arn'] }, FunctionName: { Ref: 'F' } },
      },
    },
    Outputs: { In: { Value: { Ref: 'In' } } },
  };
  const { Outputs: outputs } = await before.create('surviving', template);
  before.client.destroy();
  const { url } = account;
  await account.end('SIGKILL');

  account = await startAccountProcess(folder.path);
  expect(account.url).toBe(url);
  const [client, sqs, stacks] = [
    new LambdaClient(account.config),
    new SQSClient(account.config),
    openStacks(account.config),
  ];
  const { Payload } = await client.send(new InvokeCommand({ FunctionName: 'surviving' }));
  expect(Payload?.transformToString()).toBe('"alive"');
  await sqs.send(new SendMessageCommand({ QueueUrl: outputs?.[0]?.OutputValue, MessageBody: 'it' }));
  const QueueUrl = `${url}/000000000000/out`;
  const { Messages: messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 15 }));
  expect(messages?.map(({ Body }) => Body)).toEqual(['got it']);
  expect((await stacks.delete('surviving')).StackStatus).toBe('DELETE_COMPLETE');
  for (const each of [client, sqs, stacks.client]) each.destroy();
});

it('refuses another port for what is deployed at one, and a second process', async () => {
  await expect(startAccountProcess(folder.path)).rejects.toThrow(/runs already on/);
  const { port } = new URL(account.url);
  await account.end('SIGTERM');
  const other = startAccountProcess(folder.path, '--port', '1');
  await expect(other).rejects.toThrow(
    `is reached at port ${port}. Start with --port ${port}, or delete it with --fresh.`,
  );
  account = await startAccountProcess(folder.path, '--fresh');
});
