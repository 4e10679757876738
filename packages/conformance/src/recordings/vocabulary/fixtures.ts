import { Callable, type Named, Namespace, Unreadable, truthy } from '../reader/values.ts';
import type { Call, Clients } from './clients.ts';
import { shortId } from './library.ts';

/** The account that the emulator is. */
const ACCOUNT = '000000000000';
const REGION = 'us-east-1';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/conformance`;
const MESSAGES_DEADLINE_MS = 10_000;

const action = (call: (named: Named, args: readonly unknown[]) => unknown): Callable =>
  new Callable((args, named) => call(named, args));

/** What cases ask for by the name of a parameter: makers of resources, each in our own words. */
export function fixturesOf({ call, asValue }: Clients): Readonly<Record<string, unknown>> {
  return {
    aws_client: asValue,
    aws_sqs_client: asValue.member('sqs'),
    account_id: ACCOUNT,
    region_name: REGION,
    region: REGION,
    partition: 'aws',
    cleanups: [],
    ...queues(call),
    ...topics(call),
    ...buses(call),
    ...tables(call),
    create_rest_apigw: action(async (named) => {
      const api = await call('apigateway', 'CreateRestApi', { name: `api-${shortId()}`, ...named });
      return [api['id'], api['name'], api['rootResourceId']];
    }),
    create_role_with_policy: action(() => ['role', ROLE]),
  };
}

const urlOf = async (call: Call, named: Named): Promise<string> => {
  const attributes = named['Attributes'] as Named | undefined;
  const name = `test-queue-${shortId()}${attributes?.['FifoQueue'] === 'true' ? '.fifo' : ''}`;
  return (await call('sqs', 'CreateQueue', { QueueName: name, ...named }))['QueueUrl'] as string;
};

const arnOf = async (call: Call, QueueUrl: unknown): Promise<string> => {
  const answer = await call('sqs', 'GetQueueAttributes', { QueueUrl, AttributeNames: ['QueueArn'] });
  return (answer['Attributes'] as Record<string, string>)['QueueArn'] ?? '';
};

/** A policy by which a service may send to a queue. */
async function allow(call: Call, QueueUrl: unknown, arn: string, service: string): Promise<null> {
  const Principal = { Service: `${service}.amazonaws.com` };
  const Statement = [{ Effect: 'Allow', Principal, Action: 'sqs:SendMessage', Resource: arn }];
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
  await call('sqs', 'SetQueueAttributes', { QueueUrl, Attributes: { Policy } });
  return null;
}

const queues = (call: Call): Readonly<Record<string, unknown>> => ({
  sqs_create_queue: action((named) => urlOf(call, named)),
  sqs_queue: () => urlOf(call, {}),
  sqs_get_queue_arn: action((named, [url]) => arnOf(call, url ?? named['queue_url'])),
  sqs_queue_arn: action((named, [url]) => arnOf(call, url ?? named['queue_url'])),
  sqs_queue_exists: action(async (_, [url]) => {
    try {
      await call('sqs', 'GetQueueAttributes', { QueueUrl: url });
      return true;
    } catch {
      return false;
    }
  }),
  sqs_collect_messages: action((named, args) => collect(call, named, args)),
});

/** Receives until as many messages are there as are expected. */
async function collect(call: Call, named: Named, args: readonly unknown[]): Promise<unknown[]> {
  const [url, expected] = args.filter((argument) => !(argument instanceof Namespace));
  const QueueUrl = named['queue_url'] ?? url;
  const count = Number(named['expected'] ?? named['expected_events_count'] ?? expected);
  const found: unknown[] = [];
  for (const deadline = Date.now() + MESSAGES_DEADLINE_MS; found.length < count && Date.now() < deadline;) {
    const { Messages = [] } = await call('sqs', 'ReceiveMessage', {
      ...{ QueueUrl, WaitTimeSeconds: 1, MaxNumberOfMessages: named['max_number_of_messages'] ?? 1 },
      AttributeNames: named['attribute_names'] ?? [],
      MessageAttributeNames: named['message_attribute_names'] ?? [],
    });
    for (const message of Messages as { ReceiptHandle: string }[]) {
      found.push(message);
      if (named['delete'] === false) continue;
      await call('sqs', 'DeleteMessage', { QueueUrl, ReceiptHandle: message.ReceiptHandle });
    }
  }
  return found;
}

const topics = (call: Call): Readonly<Record<string, unknown>> => {
  const create = (named: Named) => {
    const attributes = named['Attributes'] as Named | undefined;
    const Name = `topic-${shortId()}${attributes?.['FifoTopic'] === 'true' ? '.fifo' : ''}`;
    return call('sns', 'CreateTopic', { Name, ...named });
  };
  return {
    sns_create_topic: action(create),
    sns_topic: async () => call('sns', 'GetTopicAttributes', { TopicArn: (await create({}))['TopicArn'] }),
    sns_subscription: action((named) => call('sns', 'Subscribe', named)),
    sns_allow_topic_sqs_queue: action((named) =>
      allow(call, named['sqs_queue_url'], named['sqs_queue_arn'] as string, 'sns'),
    ),
    sns_create_sqs_subscription: action(async ({ topic_arn, queue_url, ...more }) => {
      const Endpoint = await arnOf(call, queue_url);
      const { SubscriptionArn } = await call('sns', 'Subscribe', {
        TopicArn: topic_arn,
        Protocol: 'sqs',
        Endpoint,
        ...more,
      });
      await allow(call, queue_url, Endpoint, 'sns');
      return (await call('sns', 'GetSubscriptionAttributes', { SubscriptionArn }))['Attributes'];
    }),
  };
};

const buses = (call: Call): Readonly<Record<string, unknown>> => ({
  events_create_event_bus: action((named) => call('events', 'CreateEventBus', named)),
  events_put_rule: action((named) => call('events', 'PutRule', { Name: `rule-${shortId()}`, ...named })),
  events_create_rule: action(async (named) => {
    const answer = await call('events', 'PutRule', { Name: `rule-${shortId()}`, ...named });
    return answer['RuleArn'];
  }),
  sqs_as_events_target: action(async (named, [name]) => {
    if ('custom_aws_client' in named) throw new Unreadable('another account or region');
    const QueueName = named['queue_name'] ?? name ?? `queue-${shortId()}`;
    const url = await urlOf(call, { QueueName });
    const arn = await arnOf(call, url);
    await allow(call, url, arn, 'events');
    return [url, arn, QueueName];
  }),
  events_allow_event_rule_to_sqs_queue: action((named) =>
    allow(call, named['sqs_queue_url'], named['sqs_queue_arn'] as string, 'events'),
  ),
  clean_up: action(() => null),
});

const tables = (call: Call): Readonly<Record<string, unknown>> => ({
  dynamodb_create_table_with_parameters: action((named) =>
    call('dynamodb', 'CreateTable', { TableName: `table-${shortId()}`, ...named }),
  ),
  dynamodb_wait_for_table_active: action(() => null),
  wait_for_dynamodb_stream_ready: action(() => null),
  dynamodb_create_table: action(async (named) => {
    const key = String(named['partition_key'] ?? 'id');
    const view = named['stream_view_type'];
    const enabled = truthy(view) || truthy(named['stream_enabled']);
    const StreamSpecification = { StreamEnabled: true, StreamViewType: view ?? 'NEW_AND_OLD_IMAGES' };
    return call('dynamodb', 'CreateTable', {
      TableName: named['table_name'] ?? `table-${shortId()}`,
      KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
      ...(enabled && { StreamSpecification }),
    });
  }),
});
