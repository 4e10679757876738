import { jsonText } from '../reader/json-text.ts';
import { isDict, Callable, Failure, type Named, Namespace, Unreadable, text, truthy } from '../reader/values.ts';
import { ACCESS_KEY, type Call, type Clients, type Connection, SECOND_ACCOUNT } from './clients.ts';
import { restApis } from './apis.ts';
import { httpWords } from './http.ts';
import { shortId } from './library.ts';

/** The account that the emulator is. */
const ACCOUNT = '000000000000';
const REGION = 'us-east-1';
const SECOND_REGION = 'eu-west-1';
const SECOND = { credentials: { accessKeyId: SECOND_ACCOUNT, secretAccessKey: ACCESS_KEY } };
const ROLE = `arn:aws:iam::${ACCOUNT}:role/conformance`;
const MESSAGES_DEADLINE_MS = 10_000;

const action = (call: (named: Named, args: readonly unknown[]) => unknown): Callable =>
  new Callable((args, named) => call(named, args));

/** What cases ask for by the name of a parameter: makers of resources, each in our own words. */
export function fixturesOf(clients: Clients): Readonly<Record<string, unknown>> {
  const { call, asValue } = clients;
  const apis = restApis(call, asValue.member('apigateway') as Namespace);
  return {
    aws_client: new Namespace((service) => (service === 'apigateway' ? apis : asValue.member(service))),
    aws_sqs_client: asValue.member('sqs'),
    account_id: ACCOUNT,
    region_name: REGION,
    region: REGION,
    partition: 'aws',
    cleanups: [],
    ...httpWords(clients.connection),
    ...queues(call),
    ...topics(call),
    ...buses(call),
    ...tables(call),
    create_rest_apigw: action(async (named) => {
      const create = apis.member('create_rest_api') as Callable;
      const api = (await create.call([], { name: `api-${shortId()}`, ...named })) as Record<string, unknown>;
      return [api['id'], api['name'], api['rootResourceId']];
    }),
    create_role_with_policy: action(() => ['role', ROLE]),
    // Roles are not what these cases are about, and nobody checks them here.
    create_role: action(() => ({ Role: { Arn: ROLE, RoleName: 'conformance' } })),
    create_policy: action(() => ({ Policy: { Arn: ROLE } })),
    create_iam_role_with_policy: action(() => ROLE),
    create_role_event_bus_source_to_bus_target: action(() => ROLE),
    create_role_for_lambda_scheduler_target: ROLE,
    secondary_region_name: SECOND_REGION,
    secondary_account_id: SECOND_ACCOUNT,
    secondary_aws_client: clients.of(SECOND).asValue,
    get_primary_secondary_client: action((named, [scenario]) => {
      const differs = text(named['cross_scenario'] ?? scenario).split('_');
      const region = differs.includes('region') ? SECOND_REGION : REGION;
      const ofAccount = differs.includes('account');
      return {
        primary_aws_client: clients.asValue,
        secondary_aws_client: clients.of({ region, ...(ofAccount && SECOND) }).asValue,
        secondary_region_name: region,
        secondary_account_id: ofAccount ? SECOND_ACCOUNT : ACCOUNT,
      };
    }),
    kinesis_create_stream: action(async (named) => {
      const StreamName = named['StreamName'] ?? `stream-${shortId()}`;
      await call('kinesis', 'CreateStream', { StreamName, ...named });
      return StreamName;
    }),
    firehose_create_delivery_stream: action((named) => call('firehose', 'CreateDeliveryStream', named)),
    s3_empty_bucket: action(() => null),
    s3_bucket: async () => {
      const Bucket = `bucket-${shortId()}`;
      await call('s3', 'CreateBucket', { Bucket });
      return Bucket;
    },
    check_expected_lambda_log_events_length: action((named, args) => logged(call, named, args)),
    aws_client_factory: new Callable((_, named) => clients.of(changed(named)).asValue, {
      get_client: action(({ service_name: service, ...named }) =>
        clients.of(changed(named)).asValue.member(text(service)),
      ),
    }),
    create_rest_api: apis.member('create_rest_api'),
    // LocalStack's own settings.
    monkeypatch: new Namespace(() => action(() => null)),
  };
}

/** What a case wants of its clients: a region, an address, another account. How boto3 checks parameters is nothing to the SDK. */
function changed({ region_name: region, endpoint_url: endpoint, aws_access_key_id: key }: Named): Partial<Connection> {
  return {
    ...(region !== undefined && { region: text(region) }),
    ...(endpoint !== undefined && { endpoint: text(endpoint) }),
    ...(key !== undefined && { credentials: { accessKeyId: text(key), secretAccessKey: ACCESS_KEY } }),
  };
}

/** What a function has logged as JSON, once it is as much as is expected. */
async function logged(call: Call, named: Named, [expected, name]: readonly unknown[]): Promise<unknown[]> {
  const logGroupName = `/aws/lambda/${text(named['function_name'] ?? name)}`;
  const { events = [] } = await call('logs', 'FilterLogEvents', { logGroupName });
  const found = (events as { message: string }[]).flatMap(({ message }) => {
    const json = parseJson(message.slice(Math.max(0, message.indexOf('{'))));
    return json === undefined ? [] : [json];
  });
  const wanted = Number(named['expected_length'] ?? expected);
  if (found.length !== wanted) throw new Failure('AssertionError', `${found.length} of ${wanted} are logged.`);
  return found;
}

function parseJson(source: string): unknown {
  try {
    return JSON.parse(source) as unknown;
  } catch {
    return undefined;
  }
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
  sqs_receive_num_messages: action(async (named, [url, count]) => {
    const messages = await collect(
      call,
      {
        ...{ queue_url: named['queue_url'] ?? url, expected: named['expected_messages'] ?? count },
        message_attribute_names: ['All'],
      },
      [],
    );
    return messages.map((message) => JSON.parse((message as { Body: string }).Body) as unknown);
  }),
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
    sns_allow_topic_sqs_queue: action((named, [url, arn]) =>
      allow(call, named['sqs_queue_url'] ?? url, (named['sqs_queue_arn'] ?? arn) as string, 'sns'),
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
    const { EventPattern: pattern } = named;
    const text = isDict(pattern) ? { EventPattern: jsonText(pattern) } : {};
    const answer = await call('events', 'PutRule', { Name: `rule-${shortId()}`, ...named, ...text });
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
  allow_event_rule_to_sqs_queue: action((named) =>
    allow(call, named['sqs_queue_url'], named['sqs_queue_arn'] as string, 'events'),
  ),
});

const tables = (call: Call): Readonly<Record<string, unknown>> => ({
  resources: new Namespace({
    create_dynamodb_table: action(({ table_name: TableName, partition_key }, [name]) =>
      call('dynamodb', 'CreateTable', {
        TableName: TableName ?? name,
        KeySchema: [{ AttributeName: partition_key, KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: partition_key, AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    ),
  }),
  dynamodb_create_table_with_parameters: action((named) =>
    call('dynamodb', 'CreateTable', { TableName: `table-${shortId()}`, ...named }),
  ),
  wait_for_stream_ready: action(() => true),
  dynamodb_wait_for_table_active: action(() => null),
  wait_for_dynamodb_stream_ready: action(() => true),
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
