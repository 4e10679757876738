import { randomUUID, verify, X509Certificate } from 'node:crypto';
import {
  AddPermissionCommand,
  CreateTopicCommand,
  DeleteTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  PublishBatchCommand,
  PublishCommand,
  type PublishCommandInput,
  RemovePermissionCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { afterAll, describe, expect, it } from '@jest/globals';
import { startTestQueues } from '@dure/testing/queues';

const { snsEndpoint: endpoint, sns, createQueue, messagesIn, arnOf, logged } = await startTestQueues();
const credentials = { accessKeyId: 'tester', secretAccessKey: 'secret' };
const client = new SNSClient({ endpoint, region: 'us-east-1', credentials });
afterAll(() => client.destroy());

async function createTopic(Attributes: Record<string, string> = {}): Promise<string> {
  const Name = `t-${randomUUID()}${Attributes['FifoTopic'] === 'true' ? '.fifo' : ''}`;
  return (await client.send(new CreateTopicCommand({ Name, Attributes }))).TopicArn!;
}

/** A queue that is subscribed, by its name. */
async function subscribe(TopicArn: string, Attributes: Record<string, string> = {}, fifo = false): Promise<string> {
  const name = `q-${randomUUID()}${fifo ? '.fifo' : ''}`;
  const { arn: Endpoint } = createQueue(name, fifo ? { FifoQueue: 'true' } : {});
  await client.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint, Attributes }));
  return name;
}

const publish = (TopicArn: string, Message: string, more: Partial<PublishCommandInput> = {}) =>
  client.send(new PublishCommand({ TopicArn, Message, ...more }));
const bodiesIn = (queue: string): string[] => messagesIn(queue).map(({ body }) => body);
const refusalOf = (request: Promise<unknown>): Promise<string> =>
  request.then(
    () => 'not refused',
    (error: unknown) => (error as Error).message,
  );
const text = (StringValue: string, DataType = 'String') => ({ DataType, StringValue });
const RAW = { RawMessageDelivery: 'true' };

describe('a topic', () => {
  it('sends a notification to each of its queues, or the message alone', async () => {
    const topic = await createTopic();
    const [wrapped, raw] = [await subscribe(topic), await subscribe(topic, RAW)];
    const MessageAttributes = { kind: { DataType: 'String', StringValue: 'x' } };
    const { MessageId } = await publish(topic, 'for Zoë 😀', { Subject: 'A day', MessageAttributes });
    expect(JSON.parse(bodiesIn(wrapped)[0] ?? '')).toMatchObject({
      ...{ Type: 'Notification', MessageId, TopicArn: topic, Subject: 'A day', Message: 'for Zoë 😀' },
      MessageAttributes: { kind: { Type: 'String', Value: 'x' } },
    });
    expect(messagesIn(raw)).toMatchObject([{ body: 'for Zoë 😀', attributes: JSON.stringify(MessageAttributes) }]);
  });

  it('sends queues the text for queues, where a message is written by protocol', async () => {
    const topic = await createTopic();
    const queue = await subscribe(topic, RAW);
    const json = (texts: unknown) => publish(topic, JSON.stringify(texts), { MessageStructure: 'json' });
    await json({ default: 'all', sqs: 'queues' });
    await json({ default: 'all' });
    expect(bodiesIn(queue)).toEqual(['queues', 'all']);
    expect(await refusalOf(json({ sqs: 'queues' }))).toMatch('No default entry');
  });

  it('refuses what is empty, too long, or has no such topic', async () => {
    const topic = await createTopic();
    const queue = await subscribe(topic);
    expect(await refusalOf(publish(topic, ''))).toBe('Invalid parameter: Empty message');
    expect(await refusalOf(publish(topic, 'x'.repeat(262_145)))).toBe('Invalid parameter: Message too long');
    expect(await refusalOf(publish(topic, 'x', { Subject: 'a\nb' }))).toBe('Invalid parameter: Subject');
    expect(await refusalOf(publish(`${topic}-none`, 'x'))).toBe('Topic does not exist');
    expect(bodiesIn(queue)).toEqual([]);
  });

  it('of another region is refused by every action, and so is no name', async () => {
    const far = 'arn:aws:sns:eu-west-3:000000000000:far';
    expect(await refusalOf(publish(far, 'x'))).toBe('Invalid parameter: TopicArn');
    for (const Command of [GetTopicAttributesCommand, DeleteTopicCommand, ListSubscriptionsByTopicCommand]) {
      expect(await refusalOf(client.send(new Command({ TopicArn: far })))).toBe('Invalid parameter: TopicArn');
    }
    expect(await refusalOf(client.send(new CreateTopicCommand({ Name: '' })))).toBe('Invalid parameter: Topic Name');
  });

  it('is the same with some of its tags, and another with others', async () => {
    const Name = `t-${randomUUID()}`;
    const [one, two] = [
      { Key: 'team', Value: 'bus' },
      { Key: 'level', Value: '2' },
    ];
    const create = (Tags: (typeof one)[]) => client.send(new CreateTopicCommand({ Name, Tags }));
    const { TopicArn } = await create([one, two]);
    for (const tags of [[two], []]) expect(await create(tags)).toMatchObject({ TopicArn });
    expect(await refusalOf(create([{ ...one, Value: 'rail' }]))).toMatch('already exists with different tags');
  });

  it.each([
    ['1', 'sha1'],
    ['2', 'sha256'],
  ])('signs by version %s, which its certificate proves', async (SignatureVersion, hash) => {
    const topic = await createTopic({ SignatureVersion });
    const queue = await subscribe(topic);
    await publish(topic, 'hello', { Subject: 'about' });
    const body = JSON.parse(bodiesIn(queue)[0] ?? '') as Record<string, string>;
    const { pathname } = new URL(body['SigningCertURL'] ?? '');
    const certificate = new X509Certificate(sns.certificateAt(pathname) ?? '');
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(Date.parse(certificate.validTo)).toBeGreaterThan(Date.now());
    const names = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'];
    const text = Buffer.from(names.map((name) => `${name}\n${body[name]}\n`).join(''));
    const signature = Buffer.from(body['Signature'] ?? '', 'base64');
    expect(verify(hash, text, certificate.publicKey, signature)).toBe(true);
    expect(verify(hash, Buffer.concat([text, text]), certificate.publicKey, signature)).toBe(false);
    expect(sns.certificateAt('/SimpleNotificationService-other.pem')).toBeUndefined();
  });

  it('refuses by name to log its deliveries', async () => {
    await expect(createTopic({ LambdaSuccessFeedbackRoleArn: 'arn:aws:iam::000000000000:role/a' })).rejects.toThrow(
      /LambdaSuccessFeedbackRoleArn is not supported here/,
    );
  });

  it('says which version of signatures it has', async () => {
    const topic = await createTopic({ SignatureVersion: '2' });
    const queue = await subscribe(topic);
    await publish(topic, 'x');
    expect(JSON.parse(bodiesIn(queue)[0] ?? '')).toMatchObject({ SignatureVersion: '2' });
  });

  it('takes batches, entry by entry', async () => {
    const topic = await createTopic();
    const queue = await subscribe(topic, RAW);
    const PublishBatchRequestEntries = [
      { Id: 'a', Message: 'one' },
      { Id: 'b', Message: 'two', Subject: 'a\nb' },
    ];
    const sent = await client.send(new PublishBatchCommand({ TopicArn: topic, PublishBatchRequestEntries }));
    expect(sent).toMatchObject({ Successful: [{ Id: 'a' }], Failed: [{ Id: 'b', Code: 'InvalidParameter' }] });
    expect(bodiesIn(queue)).toEqual(['one']);
    const twice = [PublishBatchRequestEntries[0]!, PublishBatchRequestEntries[0]!];
    const refused = client.send(new PublishBatchCommand({ TopicArn: topic, PublishBatchRequestEntries: twice }));
    expect(await refusalOf(refused)).toMatch('same Id');
  });
});

describe('a message attribute', () => {
  it.each<[string, object, string, string]>([
    [
      'without a type',
      { attr: {} },
      'ValidationError',
      "1 validation error detected: Value null at 'messageAttributes.attr.member.dataType' failed to satisfy constraint: Member must not be null",
    ],
    [
      'without a value',
      { attr: { DataType: 'Binary' } },
      'ParameterValueInvalid',
      "The message attribute 'attr' must contain non-empty message attribute value for message attribute type 'Binary'.",
    ],
    [
      'with bytes for a number',
      { attr: { DataType: 'Number', BinaryValue: Buffer.from('1') } },
      'ParameterValueInvalid',
      "The message attribute 'attr' with type 'Number' must use field 'String'.",
    ],
    [
      'with text for bytes',
      { attr: { DataType: 'Binary', StringValue: '1' } },
      'ParameterValueInvalid',
      "The message attribute 'attr' with type 'Binary' must use field 'Binary'.",
    ],
    [
      'of another type',
      { attr: { DataType: 'Texts', StringValue: '1' } },
      'ParameterValueInvalid',
      "The message attribute 'attr' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.",
    ],
    [
      'with a long name',
      { ['n'.repeat(256)]: text('x') },
      'ParameterValueInvalid',
      'Length of message attribute name must be less than 256 bytes.',
    ],
    [
      'with a name of other characters',
      { 'a~b': text('x') },
      'ParameterValueInvalid',
      "Invalid non-alphanumeric character '#x7E' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.",
    ],
    [
      'with a name that begins with a dot',
      { '.a': text('x') },
      'ParameterValueInvalid',
      "Invalid message attribute name starting with character '.' was found.",
    ],
    [
      'with a name that ends in a dot',
      { 'a.': text('x') },
      'ParameterValueInvalid',
      "Invalid message attribute name ending with character '.' was found.",
    ],
    [
      'with two dots',
      { 'a..b': text('x') },
      'ParameterValueInvalid',
      "Message attribute name can not have successive '.' character.",
    ],
  ])('%s is refused, in a batch too', async (_, MessageAttributes, Code, message) => {
    const TopicArn = await createTopic();
    const given = { Message: 'x', MessageAttributes: MessageAttributes as PublishCommandInput['MessageAttributes'] };
    await expect(client.send(new PublishCommand({ TopicArn, ...given }))).rejects.toMatchObject({ Code, message });
    const batch = {
      TopicArn,
      PublishBatchRequestEntries: [
        { Id: 'a', Message: 'y' },
        { Id: 'b', ...given },
      ],
    };
    const place = 'publishBatchRequestEntries.2.member.messageAttributes';
    await expect(client.send(new PublishBatchCommand(batch))).rejects.toMatchObject({
      ...{ Code, message: message.replace('messageAttributes', place) },
    });
  });
});

describe('a topic by name', () => {
  it.each<[string, Partial<PublishCommandInput>, string]>([
    ['an empty one', { TopicArn: '' }, 'TopicArn Reason: An ARN must have at least 6 elements, not 1'],
    ['none', {}, 'TopicArn Reason: no value for required parameter'],
    [
      'a device',
      { TargetArn: 'arn:aws:sns:us-east-1:000000000000:endpoint/GCM/app/1' },
      'TargetArn Reason: No endpoint found for the target arn specified',
    ],
  ])('%s is refused', async (_, where, reason) => {
    const request = client.send(new PublishCommand({ Message: 'x', ...where }));
    expect(await refusalOf(request)).toBe(`Invalid parameter: ${reason}`);
  });
});

it('hands on the trace that a publication belongs to', async () => {
  const topic = await createTopic();
  const queue = await subscribe(topic);
  const trace = 'Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=7fa8c0f79203be72;Sampled=1';
  const form = new URLSearchParams({ Action: 'Publish', TopicArn: topic, Message: 'by address' });
  // The parameters may stand in the address.
  const answer = await fetch(`${endpoint}/?${form.toString()}`, {
    method: 'POST',
    headers: { 'x-amzn-trace-id': trace, authorization: 'AWS4-HMAC-SHA256 Credential=tester/2026/us-east-1/sns/aws4' },
  });
  expect(answer.status).toBe(200);
  expect(messagesIn(queue)).toMatchObject([{ trace }]);
});

it('a topic shows its delivery policy, as given and with the defaults', async () => {
  const TopicArn = await createTopic({ DeliveryPolicy: '{"http":{"defaultHealthyRetryPolicy":{"numRetries":1}}}' });
  const shown = async () => {
    const { Attributes = {} } = await client.send(new GetTopicAttributesCommand({ TopicArn }));
    const [given, effective] = [Attributes['DeliveryPolicy'], Attributes['EffectiveDeliveryPolicy']];
    return { given: JSON.parse(given ?? 'null') as unknown, effective: JSON.parse(effective ?? 'null') as unknown };
  };
  const http = (numRetries: number) => ({
    http: {
      defaultHealthyRetryPolicy: {
        ...{ minDelayTarget: 20, maxDelayTarget: 20, numRetries, numMaxDelayRetries: 0, numNoDelayRetries: 0 },
        ...{ numMinDelayRetries: 0, backoffFunction: 'linear' },
      },
      disableSubscriptionOverrides: false,
      defaultRequestPolicy: { headerContentType: 'text/plain; charset=UTF-8' },
    },
  });
  expect(await shown()).toEqual({
    given: { http: { disableSubscriptionOverrides: false, defaultHealthyRetryPolicy: { numRetries: 1 } } },
    effective: http(1),
  });
  const set = (AttributeValue: string) =>
    client.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: 'DeliveryPolicy', AttributeValue }));
  await set('{"http":{"defaultHealthyRetryPolicy":null}}');
  expect(await shown()).toEqual({ given: { http: { disableSubscriptionOverrides: false } }, effective: http(3) });
  await set('');
  expect(await shown()).toEqual({ given: null, effective: http(3) });
  expect(await refusalOf(set('[]'))).toMatch('DeliveryPolicy');
});

describe('a topic’s policy', () => {
  const policyOf = async (TopicArn: string) => {
    const { Attributes } = await client.send(new GetTopicAttributesCommand({ TopicArn }));
    return JSON.parse(Attributes?.['Policy'] ?? '') as { Statement: { Sid: string }[] };
  };
  const add = (TopicArn: string, Label: string, ...ActionName: string[]) =>
    client.send(new AddPermissionCommand({ TopicArn, Label, AWSAccountId: ['111122223333'], ActionName }));

  it('lets its owner do everything, and others what was added', async () => {
    const topic = await createTopic();
    expect(await policyOf(topic)).toMatchObject({
      ...{ Version: '2008-10-17', Id: '__default_policy_ID' },
      Statement: [{ Condition: { StringEquals: { 'AWS:SourceOwner': '000000000000' } } }],
    });
    await add(topic, 'one', 'Publish');
    await add(topic, 'two', 'Publish', 'Subscribe');
    const [, one, two] = (await policyOf(topic)).Statement;
    const AWS = 'arn:aws:iam::111122223333:root';
    expect(one).toEqual({ Sid: 'one', Effect: 'Allow', Principal: { AWS }, Action: 'SNS:Publish', Resource: topic });
    expect(two).toMatchObject({ Action: ['SNS:Publish', 'SNS:Subscribe'] });
    await client.send(new RemovePermissionCommand({ TopicArn: topic, Label: 'one' }));
    expect((await policyOf(topic)).Statement.map(({ Sid }) => Sid)).toEqual(['__default_statement_ID', 'two']);
    expect(await refusalOf(add(topic, 'two', 'Publish'))).toBe('Invalid parameter: Statement already exists');
    expect(await refusalOf(add(topic, 'three', 'Shout'))).toBe(
      'Invalid parameter: Policy statement action out of service scope!',
    );
  });
});

describe('a subscription', () => {
  it('has an ARN, is made once, and ends', async () => {
    const TopicArn = await createTopic();
    const { arn: Endpoint } = createQueue(`q-${randomUUID()}`);
    const make = (Attributes = {}) =>
      client.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint, Attributes }));
    const { SubscriptionArn } = await make();
    expect(SubscriptionArn).toMatch(new RegExp(`^${TopicArn}:[-\\da-f]{36}$`));
    expect(await make()).toMatchObject({ SubscriptionArn });
    expect(await refusalOf(make(RAW))).toMatch('already exists with different attributes');
    const { Attributes } = await client.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
    expect(Attributes).toMatchObject({ Protocol: 'sqs', Endpoint, RawMessageDelivery: 'false' });
    const counted = await client.send(new GetTopicAttributesCommand({ TopicArn }));
    expect(counted.Attributes).toMatchObject({ SubscriptionsConfirmed: '1' });
    await client.send(new UnsubscribeCommand({ SubscriptionArn }));
    expect(await client.send(new ListSubscriptionsByTopicCommand({ TopicArn }))).toMatchObject({ Subscriptions: [] });
  });

  it.each([
    ['sqs', 'http://localhost/queue', 'SQS endpoint ARN'],
    ['sqs', arnOf('some.fifo'), 'FIFO SQS Queues can not be subscribed to standard SNS topics'],
    ['lambda', 'arn:aws:lambda:us-east-1:000000000000:layer:x', 'Lambda endpoint ARN'],
    ['email', 'nobody', 'Email address'],
    ['https', 'https://example.com', 'not delivered by https here'],
    ['pigeon', 'home', 'does not support this protocol'],
    ['sqs', 'arn:aws:sqs:eu-west-3:000000000000:far', 'does not deliver from us-east-1 to eu-west-3'],
  ])('of %s to %s is refused', async (Protocol, Endpoint, reason) => {
    const TopicArn = await createTopic();
    expect(await refusalOf(client.send(new SubscribeCommand({ TopicArn, Protocol, Endpoint })))).toMatch(reason);
  });

  it.each([
    ['{"kind":"dog"}', '"kind" must be an object or an array'],
    ['{"kind":[{"regex":"d.*"}]}', 'Unrecognized match type regex'],
    ['not JSON', "failed to parse JSON. Unrecognized token 'not': was expecting"],
    ['{kind: 1}', 'was expecting double-quote to start field name'],
    ['{"a":["1"],"b":["1"],"c":["1"],"d":["1"],"e":["1"],"f":["1"]}', 'more than 5 keys'],
    ['{"a":{"b":["1"]}}', /^Invalid parameter: Filter policy scope MessageAttributes does not support nested/],
    [`{"a":${JSON.stringify(Array.from({ length: 151 }, (_, n) => n))}}`, 'Filter policy is too complex'],
    [
      '{"a":[1,2,3,4],"$or":[{"b":[1,2,3,4,5,6]},{"c":[1,2,3,4],"$or":[{"d":[1,2,3,4]},{"e":[1,2,3,4]}]}]}',
      'too complex',
    ],
  ])('with the filter policy %s is refused', async (FilterPolicy, reason) => {
    const TopicArn = await createTopic();
    const Attributes = { FilterPolicy };
    const made = client.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: arnOf('q'), Attributes }));
    expect(await refusalOf(made)).toMatch(reason);
  });

  it('shows what counts: raw delivery in small letters, and a scope beside a policy only', async () => {
    const TopicArn = await createTopic();
    const { arn: Endpoint } = createQueue(`q-${randomUUID()}`);
    const given = { TopicArn, Protocol: 'sqs', Endpoint, ReturnSubscriptionArn: true };
    const Attributes = { RawMessageDelivery: 'TRUE', FilterPolicyScope: 'MessageBody' };
    const { SubscriptionArn } = await client.send(new SubscribeCommand({ ...given, Attributes }));
    const shown = async () => (await client.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }))).Attributes;
    expect(await shown()).toMatchObject({ RawMessageDelivery: 'true' });
    expect(await shown()).not.toHaveProperty('FilterPolicyScope');
    const same = new SubscribeCommand({ ...given, Attributes: { ...Attributes, RawMessageDelivery: 'true' } });
    expect(await client.send(same)).toMatchObject({ SubscriptionArn });
    const policy = { AttributeName: 'FilterPolicy', AttributeValue: '{"kind":["a"]}' };
    await client.send(new SetSubscriptionAttributesCommand({ SubscriptionArn, ...policy }));
    expect(await shown()).toMatchObject({ FilterPolicyScope: 'MessageBody' });
  });

  it('hands what it cannot deliver to its dead-letter queue', async () => {
    const topic = await createTopic();
    const letters = `dlq-${randomUUID()}`;
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: createQueue(letters).arn });
    for (const Attributes of [{ ...RAW, RedrivePolicy }, RAW]) {
      const Endpoint = arnOf(`gone-${randomUUID()}`);
      await client.send(new SubscribeCommand({ TopicArn: topic, Protocol: 'sqs', Endpoint, Attributes }));
    }
    await publish(topic, 'kept');
    expect(bodiesIn(letters)).toEqual(['kept']);
    expect(logged.some((line) => line.startsWith('error A message of a topic was not delivered'))).toBe(true);
  });
});

describe('a filter policy', () => {
  it.each<[string, object, Record<string, { DataType: string; StringValue: string }>, boolean]>([
    ['a text', { kind: ['dog'] }, { kind: text('dog') }, true],
    ['another text', { kind: ['dog'] }, { kind: text('cat') }, false],
    ['no such attribute', { kind: ['dog'] }, {}, false],
    ['one of a list', { kind: ['dog'] }, { kind: text('["cat","dog"]', 'String.Array') }, true],
    ['a number', { n: [5] }, { n: text('5.0', 'Number') }, true],
    ['the digits of a number', { n: [5] }, { n: text('5') }, false],
    ['a range', { n: [{ numeric: ['>', 1, '<=', 5] }] }, { n: text('5', 'Number') }, true],
    ['a prefix', { kind: [{ prefix: 'do' }] }, { kind: text('dog') }, true],
    ['all of its keys', { kind: ['dog'], n: [5] }, { kind: text('dog') }, false],
    ['absence', { kind: [{ exists: false }] }, {}, true],
  ])('over attributes takes %s', async (_what, policy, MessageAttributes, delivered) => {
    const topic = await createTopic();
    const queue = await subscribe(topic, { FilterPolicy: JSON.stringify(policy) });
    await publish(topic, 'x', { MessageAttributes });
    expect(bodiesIn(queue)).toHaveLength(delivered ? 1 : 0);
  });

  it.each<[object, unknown, boolean]>([
    [{ kind: ['dog'] }, { kind: ['cat', 'dog'] }, true],
    [{ items: { sku: ['a'] } }, { items: [{ sku: 'b' }, { sku: 'a' }] }, true],
    [{ items: { sku: ['a'] } }, { items: [{ sku: 'b' }] }, false],
    [{ live: [true] }, { live: 'true' }, false],
    [{ n: [5] }, { n: '5' }, false],
    [{ kind: ['dog'] }, 'no object', false],
  ])('over the body, %j of %j: %j', async (policy, body, delivered) => {
    const topic = await createTopic();
    const attributes = { FilterPolicyScope: 'MessageBody', FilterPolicy: JSON.stringify(policy) };
    const queue = await subscribe(topic, attributes);
    await publish(topic, JSON.stringify(body));
    expect(bodiesIn(queue)).toHaveLength(delivered ? 1 : 0);
  });

  it('counts the combinations of each branch of "$or" by itself', async () => {
    const topic = await createTopic();
    const list = (length: number) => Array.from({ length }, (_, n) => n);
    // 3 × (6 + 4 × (4 + 7)) = 150
    const inner = { c: list(4), $or: [{ d: list(4) }, { e: list(7) }] };
    const policy = { a: list(3), $or: [{ b: list(6) }, inner] };
    await expect(subscribe(topic, { FilterPolicy: JSON.stringify(policy) })).resolves.toMatch('q-');
  });

  it('can be changed, and taken away', async () => {
    const TopicArn = await createTopic();
    const queue = await subscribe(TopicArn, { ...RAW, FilterPolicy: '{"kind":["dog"]}' });
    const { Subscriptions = [] } = await client.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
    const { SubscriptionArn } = Subscriptions[0]!;
    const change = { SubscriptionArn, AttributeName: 'FilterPolicy', AttributeValue: '{}' };
    await publish(TopicArn, 'before');
    await client.send(new SetSubscriptionAttributesCommand(change));
    await publish(TopicArn, 'after');
    expect(bodiesIn(queue)).toEqual(['after']);
  });
});

describe('a FIFO topic', () => {
  it('numbers its messages, and takes each once', async () => {
    const topic = await createTopic({ FifoTopic: 'true', ContentBasedDeduplication: 'true' });
    const queue = await subscribe(topic, RAW, true);
    const first = await publish(topic, 'one', { MessageGroupId: 'g' });
    const again = await publish(topic, 'one', { MessageGroupId: 'g' });
    const second = await publish(topic, 'two', { MessageGroupId: 'g' });
    expect(first.SequenceNumber).toMatch(/^\d{20}$/);
    expect(again).toMatchObject({ MessageId: first.MessageId, SequenceNumber: first.SequenceNumber });
    expect(BigInt(second.SequenceNumber!)).toBeGreaterThan(BigInt(first.SequenceNumber!));
    expect(bodiesIn(queue)).toEqual(['one', 'two']);
  });

  it('checks a message written by protocol before its group', async () => {
    const topic = await createTopic({ FifoTopic: 'true' });
    const refused = publish(topic, '{"sqs":"only"}', { MessageStructure: 'json' });
    expect(await refusalOf(refused)).toMatch('No default entry in JSON message body');
  });

  it('wants a group and an id', async () => {
    const topic = await createTopic({ FifoTopic: 'true' });
    expect(await refusalOf(publish(topic, 'x'))).toMatch('MessageGroupId parameter is required');
    expect(await refusalOf(publish(topic, 'x', { MessageGroupId: 'g' }))).toMatch('MessageDeduplicationId');
    const standard = await createTopic();
    expect(await refusalOf(publish(standard, 'x', { MessageDeduplicationId: 'd' }))).toMatch(
      'not valid for this topic type',
    );
  });
});
