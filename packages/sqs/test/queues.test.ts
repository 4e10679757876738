import { randomUUID } from 'node:crypto';
import {
  AddPermissionCommand,
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListDeadLetterSourceQueuesCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  PurgeQueueCommand,
  RemovePermissionCommand,
  SetQueueAttributesCommand,
  TagQueueCommand,
  UntagQueueCommand,
} from '@aws-sdk/client-sqs';
import { describe, expect, it } from '@jest/globals';
import { uncheckedSignature } from '@dure/aws-protocols/unchecked-signature';
import { client, createQueue, endpoint, receive, refusalOf, send, type TestQueue } from './harness.ts';

const set = ({ url: QueueUrl }: TestQueue, Attributes: Record<string, string>) =>
  client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
const attributesOf = async ({ url: QueueUrl }: TestQueue) =>
  (await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))).Attributes ?? {};
const redrive = (to: TestQueue, maxReceiveCount: unknown = 2) =>
  JSON.stringify({ deadLetterTargetArn: to.arn, maxReceiveCount });

describe('a queue', () => {
  it('is found at the address by which the caller asks', async () => {
    const { name } = await createQueue();
    const url = `${endpoint}/000000000000/${name}`;
    const named = endpoint.replace('127.0.0.1', 'localhost');
    const other = await fetch(`${named}/`, {
      method: 'POST',
      headers: {
        authorization: uncheckedSignature('sqs'),
        'x-amz-target': 'AmazonSQS.GetQueueUrl',
        'content-type': 'application/x-amz-json-1.0',
      },
      body: JSON.stringify({ QueueName: name }),
    });
    expect((await client.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl).toBe(url);
    expect((await client.send(new ListQueuesCommand({ QueueNamePrefix: name }))).QueueUrls).toEqual([url]);
    expect(await other.json()).toEqual({ QueueUrl: `${named}/000000000000/${name}` });
  });

  it('is made once, and again with the same attributes alone', async () => {
    const { name, url } = await createQueue({ DelaySeconds: '5' });
    const again = (Attributes: Record<string, string>) =>
      client.send(new CreateQueueCommand({ QueueName: name, Attributes }));
    expect(await again({ DelaySeconds: '5' })).toMatchObject({ QueueUrl: url });
    expect(await refusalOf(again({ DelaySeconds: '6' }))).toMatchObject({
      name: 'QueueNameExists',
      code: 'QueueAlreadyExists',
      message: 'A queue already exists with the same name and a different value for attribute DelaySeconds',
    });
  });

  it('that is not there is refused by the name that clients look for', async () => {
    const gone = await createQueue();
    await client.send(new DeleteQueueCommand({ QueueUrl: gone.url }));
    expect(await refusalOf(send(gone, 'x'))).toMatchObject({
      name: 'QueueDoesNotExist',
      code: 'AWS.SimpleQueueService.NonExistentQueue',
    });
  });

  it('lists its names in pages', async () => {
    const prefix = `page-${randomUUID()}`;
    const names = ['a', 'b', 'c'].map((it) => `${prefix}-${it}`);
    for (const QueueName of names) await client.send(new CreateQueueCommand({ QueueName }));
    const seen: string[] = [];
    for (let NextToken: string | undefined, page = 0; page === 0 || NextToken !== undefined; page += 1) {
      const found = await client.send(new ListQueuesCommand({ QueueNamePrefix: prefix, MaxResults: 2, NextToken }));
      seen.push(...(found.QueueUrls ?? []));
      NextToken = found.NextToken;
    }
    expect(seen).toEqual(names.map((name) => `${endpoint}/000000000000/${name}`));
  });

  it('is purged once a minute', async () => {
    const queue = await createQueue();
    await send(queue, 'gone');
    await client.send(new PurgeQueueCommand({ QueueUrl: queue.url }));
    expect(await receive(queue)).toEqual([]);
    const again = client.send(new PurgeQueueCommand({ QueueUrl: queue.url }));
    expect(await refusalOf(again)).toMatchObject({ code: 'AWS.SimpleQueueService.PurgeQueueInProgress' });
  });

  it('has tags', async () => {
    const { url: QueueUrl } = await createQueue();
    await client.send(new TagQueueCommand({ QueueUrl, Tags: { owner: 'orders', empty: '' } }));
    await client.send(new UntagQueueCommand({ QueueUrl, TagKeys: ['empty', 'none'] }));
    expect((await client.send(new ListQueueTagsCommand({ QueueUrl }))).Tags).toEqual({ owner: 'orders' });
  });

  it('has a policy, statement by statement', async () => {
    const queue = await createQueue();
    const allow = new AddPermissionCommand({
      ...{ QueueUrl: queue.url, Label: 'reader', AWSAccountIds: ['111111111111'], Actions: ['ReceiveMessage'] },
    });
    await client.send(allow);
    expect(JSON.parse((await attributesOf(queue))['Policy'] ?? '')).toMatchObject({
      Statement: [
        { Sid: 'reader', Principal: { AWS: 'arn:aws:iam::111111111111:root' }, Action: 'SQS:ReceiveMessage' },
      ],
    });
    expect(await refusalOf(client.send(allow))).toMatchObject({ code: 'InvalidParameterValue' });
    await client.send(new RemovePermissionCommand({ QueueUrl: queue.url, Label: 'reader' }));
    expect(await attributesOf(queue)).not.toHaveProperty('Policy');
  });

  it('keeps the only statement of its policy, which may stand without a list, when another is added', async () => {
    const queue = await createQueue();
    const only = { Sid: 'only', Effect: 'Allow', Principal: '*', Action: 'SQS:SendMessage', Resource: queue.arn };
    await set(queue, { Policy: JSON.stringify({ Version: '2012-10-17', Statement: only }) });
    const [Label, AWSAccountIds, Actions] = ['reader', ['111111111111'], ['ReceiveMessage']];
    await client.send(new AddPermissionCommand({ QueueUrl: queue.url, Label, AWSAccountIds, Actions }));
    const { Statement: statements } = JSON.parse((await attributesOf(queue))['Policy'] ?? '') as {
      Statement: object[];
    };
    expect(statements).toEqual([only, expect.objectContaining({ Sid: Label })]);
  });

  it.each([1, [null], ['all']])('has no policy whose Statement is %j', async (Statement) => {
    const refused = set(await createQueue(), { Policy: JSON.stringify({ Statement }) });
    expect(await refusalOf(refused)).toMatchObject({ code: 'InvalidAttributeValue' });
  });
});

describe('attributes', () => {
  it.each<Record<string, string>>([
    { DelaySeconds: '901' },
    { DelaySeconds: '-1' },
    { MaximumMessageSize: '1023' },
    { MaximumMessageSize: '1048577' },
    { MessageRetentionPeriod: '59' },
    { ReceiveMessageWaitTimeSeconds: '21' },
    { VisibilityTimeout: '43201' },
    { VisibilityTimeout: '1.5' },
    { SqsManagedSseEnabled: 'yes' },
    { Policy: 'no JSON' },
    { RedriveAllowPolicy: '{"redrivePermission":"some"}' },
    { RedrivePolicy: '[]' },
    { RedrivePolicy: '{"maxReceiveCount":"2"}' },
    { RedrivePolicy: '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:x","maxReceiveCount":0}' },
  ])('%j is refused, at creation and later', async (attributes) => {
    const refused = { code: 'InvalidAttributeValue' };
    const QueueName = randomUUID();
    const created = client.send(new CreateQueueCommand({ QueueName, Attributes: attributes }));
    expect(await refusalOf(created)).toMatchObject(refused);
    expect(await refusalOf(set(await createQueue(), attributes))).toMatchObject(refused);
  });

  it.each<Record<string, string>>([
    { Unknown: '1' },
    { ContentBasedDeduplication: 'true' },
    { FifoThroughputLimit: 'perQueue' },
  ])('%j is unknown to a standard queue', async (attributes) => {
    const queue = await createQueue();
    const refused = await refusalOf(set(queue, attributes));
    expect(refused).toMatchObject({ code: 'InvalidAttributeName' });
  });

  it('encrypt by one kind of key at a time: one by its name takes the place of SQS’s own, and goes for it', async () => {
    const queue = await createQueue();
    const both = { KmsMasterKeyId: 'alias/aws/sqs', SqsManagedSseEnabled: 'true' };
    expect(await refusalOf(set(queue, both))).toMatchObject({ code: 'InvalidAttributeName' });
    await set(queue, { KmsMasterKeyId: 'alias/aws/sqs' });
    expect(await attributesOf(queue)).toMatchObject({ ...both, SqsManagedSseEnabled: 'false' });
    await set(queue, { KmsMasterKeyId: '', KmsDataKeyReusePeriodSeconds: '300', SqsManagedSseEnabled: 'true' });
    const left = await attributesOf(queue);
    expect(left).toMatchObject({ SqsManagedSseEnabled: 'true' });
    expect(Object.keys(left).filter((name) => name.startsWith('Kms'))).toEqual([]);
  });

  it('of high throughput belong to a FIFO queue, and together', async () => {
    const high = { DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' };
    const queue = await createQueue({ FifoQueue: 'true', ...high });
    expect(await attributesOf(queue)).toMatchObject(high);
    await set(queue, { FifoThroughputLimit: 'perQueue' });
    await set(queue, high);
    const alone = set(await createQueue({ FifoQueue: 'true' }), { FifoThroughputLimit: 'perMessageGroupId' });
    expect(await refusalOf(alone)).toMatchObject({ code: 'InvalidAttributeValue' });
  });

  it('name a dead-letter queue that is there, of the same kind, and agrees', async () => {
    const [letters, fifo, closed] = [
      await createQueue(),
      await createQueue({ FifoQueue: 'true' }),
      await createQueue({ RedriveAllowPolicy: '{"redrivePermission":"denyAll"}' }),
    ];
    const queue = await createQueue({ RedrivePolicy: redrive(letters, '3') });
    const sources = await client.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: letters.url }));
    expect(sources.queueUrls).toEqual([queue.url]);
    const missing = { ...letters, arn: `${letters.arn}-none` };
    for (const target of [missing, fifo, closed]) {
      const refused = await refusalOf(set(queue, { RedrivePolicy: redrive(target) }));
      expect(refused).toMatchObject({ code: 'InvalidParameterValue' });
    }
    await set(queue, { RedrivePolicy: '' });
    expect(await attributesOf(queue)).not.toHaveProperty('RedrivePolicy');
  });
});
