import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningCloud, copyWorkspace, eventually, getJson, startCloud } from './harness.ts';

interface Logs {
  readonly records: { service: string; function?: string; message: string; path?: string }[];
}
interface Queues {
  readonly queues: { name: string; visible: number; deadLetters: boolean; messages?: { body: string }[] }[];
}

const workspace = copyWorkspace();
let cloud: RunningCloud;
let api: string;

beforeAll(async () => {
  cloud = await startCloud(workspace.root);
  api = `${cloud.url}/alpha/local`;
});

afterAll(async () => {
  await cloud?.end('SIGTERM');
  workspace.remove();
});

async function tell(detail: object): Promise<string> {
  const response = await fetch(`${api}/v1/events`, { method: 'POST', body: JSON.stringify(detail) });
  return ((await response.json()) as { id: string }).id;
}

describe('a function', () => {
  it('gets its environment resolved against its resources, and reaches AWS where the local cloud is', async () => {
    const { environment } = await getJson<{ environment: Record<string, string> }>(`${api}/v1/environment`);
    expect(environment).toMatchObject({
      BUS_NAME: 'alpha-alpha-local',
      QUEUE_ARN: 'arn:aws:sqs:us-east-1:000000000000:alpha-local-Queue',
      OWN_NAME: 'alpha-local in us-east-1',
      BANK_URL: cloud.sandboxes['bank'],
      BANK_ACCOUNT: 'DE-1',
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_NAME: 'alpha-local-api',
      AWS_ENDPOINT_URL_DYNAMODB: cloud.endpoints['DynamoDB'],
      AWS_ENDPOINT_URL_EVENTBRIDGE: cloud.endpoints['EventBridge'],
    });
    expect(environment['QUEUE_URL']).toBe(`${cloud.endpoints['SQS']}/000000000000/alpha-local-Queue`);
    expect(environment).not.toHaveProperty('HOME');
  });

  it('may put the events on a bus that its role lets it', async () => {
    const tellAs = async (source: string) =>
      (await fetch(`${api}/v1/events?source=${source}`, { method: 'POST', body: '{}' })).json();
    expect(await tellAs('alpha')).toMatchObject({ id: expect.any(String) });
    expect(await tellAs('beta')).toEqual({
      refused:
        'AccessDeniedException: User: arn:aws:sts::000000000000:assumed-role/alpha-local-ApiRole/alpha-local-api ' +
        'is not authorized to perform: events:PutEvents on resource: ' +
        'arn:aws:events:us-east-1:000000000000:event-bus/alpha-alpha-local ' +
        'because no identity-based policy allows the events:PutEvents action',
    });
  });

  it('handles what a rule put in its queue, and another service hears of it', async () => {
    const id = await tell({ hello: 'world' });
    const dynamodb = new DynamoDBClient({
      endpoint: cloud.endpoints['DynamoDB']!,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    const { Items: items } = await eventually(
      () => dynamodb.send(new ScanCommand({ TableName: 'alpha-local-Table' })),
      ({ Items: found }) => found?.some((item) => item['pk']?.S === id) ?? false,
    );
    dynamodb.destroy();
    expect(items).toContainEqual({ pk: { S: id }, detail: { S: '{"hello":"world"}' } });
    const { records } = await eventually(
      () => getJson<Logs>(`${cloud.url}/_cloud/logs?service=beta`),
      ({ records: found }) => found.some(({ message }) => message === `heard Told ${id}`),
    );
    expect(records[0]).toMatchObject({ service: 'beta', function: 'listener' });
    const { deliveries } = await getJson<{ deliveries: { outcome: string }[] }>(
      `${cloud.url}/_cloud/deliveries?outcome=delivered`,
    );
    expect(deliveries.length).toBeGreaterThan(0);
  });

  it('that keeps failing on a message leaves it in the dead-letter queue, where it is seen', async () => {
    await tell({ fail: true });
    const deadLettersOf = ({ queues }: Queues) => queues.find(({ name }) => name === 'alpha-dead-letters');
    const found = await eventually(
      () => getJson<Queues>(`${cloud.url}/_cloud/queues`),
      (queues) => deadLettersOf(queues)?.messages?.some(({ body }) => body.includes('"fail":true')) === true,
    );
    expect(deadLettersOf(found)).toMatchObject({ deadLetters: true });
  });

  it('is invoked by hand, a scheduled one too', async () => {
    const invoke = (name: string): Promise<Response> =>
      fetch(`${cloud.url}/_cloud/functions/${name}/invocations`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"by":"hand"}',
      });
    expect(await (await invoke('alpha-local-sweep')).json()).toEqual({ ok: true, payload: { swept: { by: 'hand' } } });
    expect((await invoke('alpha-local-nothing')).status).toBe(404);
  });

  it('hears what is published to its topics, as the filter says', async () => {
    const config = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
    const sns = new SNSClient({ ...config, endpoint: cloud.endpoints['SNS']! });
    const dynamodb = new DynamoDBClient({ ...config, endpoint: cloud.endpoints['DynamoDB']! });
    const publish = async (topic: string, Message: string, urgent = false) => {
      const TopicArn = `arn:aws:sns:us-east-1:000000000000:alpha-${topic}`;
      const MessageAttributes = { urgent: { DataType: 'String', StringValue: 'yes' } };
      const input = { TopicArn, Message, ...(urgent && { MessageAttributes }) };
      return (await sns.send(new PublishCommand(input))).MessageId;
    };
    await publish('urgent', 'not heard');
    const ids = [await publish('notices', 'heard'), await publish('urgent', 'heard at once', true)];
    const { Items: items = [] } = await eventually(
      () =>
        dynamodb.send(
          new ScanCommand({ TableName: 'alpha-local-Table', FilterExpression: 'attribute_exists(message)' }),
        ),
      ({ Items: found = [] }) => ids.every((id) => found.some((item) => item['pk']?.S === id)),
    );
    for (const client of [sns, dynamodb]) client.destroy();
    expect(items.map(({ message }) => message?.S).sort()).toEqual(['heard', 'heard at once']);
  });

  it('has its schedules as serverless.yml says', async () => {
    const { schedules } = await getJson<{ schedules: object[] }>(`${cloud.url}/_cloud/functions`);
    const Arn = 'arn:aws:lambda:us-east-1:000000000000:function:alpha-local-sweep';
    expect(schedules).toMatchObject([
      {
        ScheduleExpression: 'cron(0 9 ? * MON#1 *)',
        ScheduleExpressionTimezone: 'Asia/Seoul',
        Target: { Arn, Input: '{"weekly":true}' },
      },
    ]);
    interface Events {
      readonly buses: { readonly name: string; readonly rules: { schedule?: string; state: string }[] }[];
    }
    const { buses } = await getJson<Events>(`${cloud.url}/_cloud/events`);
    const rules = buses.find(({ name }) => name === 'default')?.rules ?? [];
    expect(rules.map(({ schedule, state }) => `${schedule} ${state}`).sort()).toEqual([
      'cron(0 12 L * ? *) DISABLED',
      'rate(1 day) ENABLED',
      'rate(2 hours) DISABLED',
    ]);
  });

  it.each(['throw', 'exit', 'reject', 'hang', 'no proxy response'])(
    'that fails by "%s" is a 502 that says nothing of it, and serves the next request',
    async (kind) => {
      const response = await fetch(`${api}/v1/faults`, { method: 'POST', body: kind });
      expect(response.status).toBe(502);
      expect(await response.json()).toEqual({ message: 'Internal server error' });
      expect((await fetch(`${api}/v1/environment`)).status).toBe(200);
    },
  );
});

describe('the cloud', () => {
  it('names the resource, the type and the service of what it does not support, and runs the rest', () => {
    const states = Object.fromEntries(cloud.services.map(({ name, state }) => [name, state]));
    expect(states).toEqual({ alpha: 'running', beta: 'running', broken: 'failed' });
    const reason = cloud.services.find(({ name }) => name === 'broken')?.reason;
    expect(reason).toContain('Stream: the resource type AWS::KinesisFirehose::DeliveryStream is not supported here.');
    expect(reason).toContain('Queue (AWS::SQS::Queue): the property Colour is not supported here.');
    expect(reason).toContain('Alarm (AWS::CloudWatch::Alarm): the metrics of AWS/Kinesis are not measured locally.');
    expect(reason).toContain(
      'waits for the queue arn:aws:sqs:us-east-1:000000000000:nobody, which nothing here makes.',
    );
    expect(reason).toContain('waits for the SSM parameter /nobody/writes/this, which nothing here makes.');
    expect(cloud.errors()).toContain('broken does not run');
  });

  it('lists what it made and what it only accepted', async () => {
    const { resources } = await getJson<{ resources: object[] }>(`${cloud.url}/_cloud/resources`);
    expect(resources).toContainEqual({
      service: 'alpha',
      logicalId: 'LogGroup',
      type: 'AWS::Logs::LogGroup',
      ref: 'alpha-local-LogGroup',
      enforced: false,
    });
    expect(resources).toContainEqual(expect.objectContaining({ logicalId: 'Table', enforced: true }));
  });

  it('measures what functions, APIs, queues and rules do', async () => {
    await tell({ hello: 'metrics' });
    const client = new CloudWatchClient({
      endpoint: cloud.endpoints['CloudWatch']!,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    const sumOf = async (Namespace: string, MetricName: string, dimensions: Record<string, string>) => {
      const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
      const StartTime = new Date(Date.now() - 3_600_000);
      const EndTime = new Date(Date.now() + 3_600_000);
      const query = { Namespace, MetricName, Dimensions, StartTime, EndTime, Period: 60, Statistics: ['Sum' as const] };
      const { Datapoints: points = [] } = await client.send(new GetMetricStatisticsCommand(query));
      return points.reduce((sum, { Sum: value = 0 }) => sum + value, 0);
    };
    const measured: [string, string, Record<string, string>][] = [
      ['AWS/Lambda', 'Invocations', { FunctionName: 'alpha-local-api' }],
      ['AWS/Lambda', 'Duration', { FunctionName: 'alpha-local-consumer' }],
      ['AWS/ApiGateway', 'Count', { ApiName: 'local-alpha', Stage: 'local' }],
      ['AWS/SQS', 'NumberOfMessagesSent', { QueueName: 'alpha-local-Queue' }],
      ['AWS/SQS', 'NumberOfMessagesDeleted', { QueueName: 'alpha-local-Queue' }],
      ['AWS/Events', 'Invocations', { EventBusName: 'alpha-alpha-local', RuleName: 'alpha-local-Rule' }],
    ];
    for (const [namespace, name, dimensions] of measured) {
      await eventually(
        () => sumOf(namespace, name, dimensions),
        (sum) => sum > 0,
      );
    }
    client.destroy();
  });

  it('says when nothing is going on any more', async () => {
    await tell({ quiet: 'soon' });
    await eventually(
      () => getJson<{ idle: boolean; busy: string[] }>(`${cloud.url}/_cloud/idle`),
      ({ idle }) => idle,
    );
  });

  it('keeps what functions wrote, to be searched in one place', async () => {
    await fetch(`${api}/v1/echo/search`);
    const search = (query: string): Promise<Logs> => getJson<Logs>(`${cloud.url}/_cloud/logs?${query}`);
    const { records } = await eventually(
      () => search('q=/v1/echo/search'),
      ({ records: found }) => found.length > 0,
    );
    expect(records[0]).toMatchObject({ service: 'alpha', function: 'api', message: 'request' });
    expect((await search('correlationId=from-alpha&limit=1')).records).toHaveLength(1);
    expect((await search('service=beta&q=/v1/echo')).records).toHaveLength(0);
    expect((await search('level=error&service=alpha&q=/v1/echo')).records).toHaveLength(0);
  });

  it('has an index for people and for programs', async () => {
    const json = await getJson<{ services: object[]; ready: boolean }>(cloud.url);
    expect(json).toMatchObject({ ready: true, pid: cloud.pid });
    expect(json.services).toContainEqual(expect.objectContaining({ name: 'alpha', url: api, state: 'running' }));
    const page = await fetch(cloud.url, { headers: { accept: 'text/html' } });
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await page.text()).toContain(api);
  });
});

it('lets a state machine put the events that its own role lets it', async () => {
  const sfn = new SFNClient({
    ...{ endpoint: cloud.endpoints['Step Functions']!, region: 'us-east-1' },
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const stateMachineArn = 'arn:aws:states:us-east-1:000000000000:stateMachine:alpha-tells';
  const tellAs = async (source: string) => {
    const { executionArn } = await sfn.send(
      new StartExecutionCommand({ stateMachineArn, input: JSON.stringify({ source }) }),
    );
    return eventually(
      () => sfn.send(new DescribeExecutionCommand({ executionArn })),
      ({ status }) => status !== 'RUNNING',
    );
  };
  expect(await tellAs('alpha')).toMatchObject({ status: 'SUCCEEDED' });
  expect(await tellAs('beta')).toMatchObject({
    status: 'FAILED',
    error: 'EventBridge.AccessDeniedException',
    cause: expect.stringContaining('assumed-role/alpha-local-MachineRole/states is not authorized'),
  });
  sfn.destroy();
});
