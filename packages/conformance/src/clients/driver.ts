import scenarios from './scenarios.json' with { type: 'json' };

export type Answer = Record<string, unknown>;
/** A request: the service as the scenarios name it, the operation as AWS does. */
export type Send = (service: string, operation: string, input: object) => Promise<Answer>;

export interface Outcome {
  readonly service: string;
  /** Why the client cannot drive the service, or undefined. */
  readonly failure: string | undefined;
}

export interface Client {
  /** Drives every service once, each with resources of its own. */
  run(): Promise<Outcome[]>;
}

const DEADLINE_MS = 30_000;
const POLL_MS = 100;

/** The scenarios by a client that sends one request. */
export function driver(send: Send): Client {
  const name = `conformance-${process.pid}-${Math.random().toString(36).slice(2, 8)}`;
  return {
    async run() {
      const outcomes: Outcome[] = [];
      for (const [service, play] of Object.entries(SCENARIOS)) {
        try {
          await play(send, `${name}-${service.toLowerCase().replaceAll(' ', '-')}`);
          outcomes.push({ service, failure: undefined });
        } catch (error) {
          outcomes.push({ service, failure: (error as Error).message });
        }
      }
      return outcomes;
    },
  };
}

const SCENARIOS: Readonly<Record<string, (send: Send, name: string) => Promise<void>>> = {
  SQS: queue,
  SNS: topic,
  S3: bucket,
  EventBridge: rule,
  'Step Functions': machine,
  CloudFormation: stack,
  Lambda: invocation,
  Kinesis: stream,
};

export const SERVICE_NAMES: readonly string[] = Object.keys(SCENARIOS);

function expect(actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`);
}

async function refused(request: Promise<unknown>, code: string): Promise<void> {
  const error = (await request.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )) as { name?: string; code?: string } | undefined;
  const given = `${error?.name} ${error?.code}`;
  if (!given.includes(code)) throw new Error(`${given} instead of ${code}`);
}

async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (const deadline = Date.now() + DEADLINE_MS; Date.now() < deadline;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error('It did not happen in time.');
}

async function makeQueue(send: Send, QueueName: string): Promise<{ url: string; arn: string }> {
  const url = (await send('sqs', 'CreateQueue', { QueueName }))['QueueUrl'] as string;
  const { Attributes } = await send('sqs', 'GetQueueAttributes', { QueueUrl: url, AttributeNames: ['QueueArn'] });
  return { url, arn: (Attributes as Record<string, string>)['QueueArn'] ?? '' };
}

const received = (send: Send, QueueUrl: string): Promise<Answer> =>
  until(async () => {
    const { Messages = [] } = await send('sqs', 'ReceiveMessage', { QueueUrl, WaitTimeSeconds: 1 });
    return (Messages as Answer[])[0];
  });

async function queue(send: Send, name: string): Promise<void> {
  const { url } = await makeQueue(send, name);
  await send('sqs', 'SendMessage', { QueueUrl: url, MessageBody: 'héllo' });
  const { Body, ReceiptHandle } = await received(send, url);
  expect(Body, 'héllo');
  await send('sqs', 'DeleteMessage', { QueueUrl: url, ReceiptHandle });
  await send('sqs', 'DeleteQueue', { QueueUrl: url });
  await refused(send('sqs', 'GetQueueUrl', { QueueName: `${name}-not` }), 'QueueDoesNotExist');
}

async function topic(send: Send, name: string): Promise<void> {
  const { url, arn } = await makeQueue(send, name);
  const { TopicArn } = await send('sns', 'CreateTopic', { Name: name });
  const Attributes = { RawMessageDelivery: 'true' };
  await send('sns', 'Subscribe', { TopicArn, Protocol: 'sqs', Endpoint: arn, Attributes });
  await send('sns', 'Publish', { TopicArn, Message: 'news' });
  expect((await received(send, url))['Body'], 'news');
  await refused(send('sns', 'Publish', { TopicArn: `${String(TopicArn)}-not`, Message: 'x' }), 'NotFound');
}

async function bucket(send: Send, Bucket: string): Promise<void> {
  await send('s3', 'CreateBucket', { Bucket });
  await send('s3', 'PutObject', { Bucket, Key: 'a b/ü.txt', Body: 'content' });
  expect(String((await send('s3', 'GetObject', { Bucket, Key: 'a b/ü.txt' }))['Body']), 'content');
  const { Contents } = await send('s3', 'ListObjectsV2', { Bucket, Prefix: 'a b/' });
  expect((Contents as Answer[]).length, 1);
  await refused(send('s3', 'GetObject', { Bucket, Key: 'not' }), 'NoSuchKey');
  await send('s3', 'DeleteObject', { Bucket, Key: 'a b/ü.txt' });
  await send('s3', 'DeleteBucket', { Bucket });
}

async function rule(send: Send, Name: string): Promise<void> {
  const { url, arn } = await makeQueue(send, Name);
  await send('eventbridge', 'PutRule', { Name, EventPattern: JSON.stringify(scenarios.pattern) });
  await send('eventbridge', 'PutTargets', { Rule: Name, Targets: [{ Id: '1', Arn: arn }] });
  const Entries = [{ Source: 'conformance', DetailType: 'Happened', Detail: '{"n":1}' }];
  expect((await send('eventbridge', 'PutEvents', { Entries }))['FailedEntryCount'], 0);
  const event = JSON.parse(String((await received(send, url))['Body'])) as { detail: { n: number } };
  expect(event.detail.n, 1);
  await refused(send('eventbridge', 'DescribeRule', { Name: `${Name}-not` }), 'ResourceNotFoundException');
}

async function machine(send: Send, name: string): Promise<void> {
  const roleArn = 'arn:aws:iam::000000000000:role/conformance';
  const definition = JSON.stringify(scenarios.machine);
  const { stateMachineArn } = await send('sfn', 'CreateStateMachine', { name, definition, roleArn });
  const { executionArn } = await send('sfn', 'StartExecution', { stateMachineArn, input: '{}' });
  const ended = await until(async () => {
    const execution = await send('sfn', 'DescribeExecution', { executionArn });
    return execution['status'] === 'RUNNING' ? undefined : execution;
  });
  expect(ended['output'], '{"done":true}');
  await refused(
    send('sfn', 'DescribeStateMachine', { stateMachineArn: `${String(stateMachineArn)}-not` }),
    'StateMachineDoesNotExist',
  );
}

const makeStack = async (send: Send, StackName: string): Promise<Answer> => {
  const TemplateBody = JSON.stringify(scenarios.template).replace('NAME', StackName);
  await send('cloudformation', 'CreateStack', { StackName, TemplateBody });
  return until(async () => {
    const { Stacks } = await send('cloudformation', 'DescribeStacks', { StackName });
    const [found] = Stacks as Answer[];
    return String(found?.['StackStatus']).endsWith('_IN_PROGRESS') ? undefined : found;
  });
};

async function stack(send: Send, StackName: string): Promise<void> {
  const made = await makeStack(send, StackName);
  expect(made['StackStatus'], 'CREATE_COMPLETE');
  expect((made['Outputs'] as Answer[])[0]?.['OutputKey'], 'Arn');
  await send('cloudformation', 'DeleteStack', { StackName });
  await refused(send('cloudformation', 'DescribeStacks', { StackName: `${StackName}-not` }), 'ValidationError');
}

async function invocation(send: Send, FunctionName: string): Promise<void> {
  await makeStack(send, FunctionName);
  const { Payload } = await send('lambda', 'Invoke', { FunctionName, Payload: '{"n":1}' });
  const text = typeof Payload === 'string' ? Payload : Buffer.from(Payload as Uint8Array).toString();
  expect(text, '{"got":{"n":1}}');
  await refused(send('lambda', 'Invoke', { FunctionName: `${FunctionName}-not` }), 'ResourceNotFoundException');
}

async function stream(send: Send, StreamName: string): Promise<void> {
  await send('kinesis', 'CreateStream', { StreamName, ShardCount: 2 });
  const record = { StreamName, PartitionKey: 'mina', Data: 'héllo' };
  const { ShardId, SequenceNumber } = await send('kinesis', 'PutRecord', record);
  const start = { StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' };
  const { ShardIterator } = await send('kinesis', 'GetShardIterator', start);
  const { Records } = await send('kinesis', 'GetRecords', { ShardIterator });
  expect(
    (Records as Answer[]).map((it) => `${String(it['PartitionKey'])} ${String(it['SequenceNumber'])}`).join(),
    `mina ${String(SequenceNumber)}`,
  );
  await refused(send('kinesis', 'DescribeStream', { StreamName: `${StreamName}-not` }), 'ResourceNotFoundException');
  await send('kinesis', 'DeleteStream', { StreamName });
}
