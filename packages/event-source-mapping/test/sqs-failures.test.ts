import type { DeleteMessageBatchCommandOutput } from '@aws-sdk/client-sqs';
import { describe, expect, it } from '@jest/globals';
import type { SQSRecord } from 'aws-lambda';
import type { AwsJsonRequest } from '@dure/aws-protocols/aws-json-client';
import type { InvokeResult } from '@dure/lambda-runtime';
import type { EventSourceMappingConfig } from '../src/create-event-source-mapping.ts';
import { openQueue } from '../src/sqs-queue.ts';
import { withRestOfGroup } from '../src/sqs-mapping.ts';
import { bodies, createFunction, failures, ok, until, useMappings } from './harness.ts';

const mappings = useMappings();
const partial: EventSourceMappingConfig['FunctionResponseTypes'] = ['ReportBatchItemFailures'];

describe('Lambda developer guide, Implementing partial batch responses', () => {
  it('deletes what is not listed; only the listed come again', async () => {
    const queue = mappings.createQueue({ VisibilityTimeout: '1' });
    for (const body of ['a', 'b', 'c']) mappings.queues().send(queue.name, body);
    const consumer = createFunction<SQSRecord>((records, call) =>
      call === 1 ? failures(records[1]?.messageId) : ok(),
    );
    const source = { EventSourceArn: queue.arn, QueueUrl: queue.url, FunctionResponseTypes: partial };
    const { mapping, deliveries } = mappings.create(source, consumer);
    mapping.start();
    await until(() => deliveries.length === 4);
    expect(consumer.batches.map(bodies)).toEqual([['a', 'b', 'c'], ['b']]);
    expect(deliveries.map(({ outcome }) => outcome)).toEqual(['delivered', 'retrying', 'delivered', 'delivered']);
    expect(mappings.left(queue)).toEqual({ visible: 0, inFlight: 0 });
  });

  const succeeds: [string, InvokeResult][] = [
    ['an empty batchItemFailures list', failures()],
    ['a null batchItemFailures list', ok({ batchItemFailures: null })],
    ['an empty response', ok({})],
    ['a null response', ok(null)],
  ];
  const failsAll: [string, InvokeResult][] = [
    ['a response of another shape', ok('done')],
    ['a list that is none', ok({ batchItemFailures: 'a' })],
    ['an empty itemIdentifier', failures('')],
    ['a null itemIdentifier', failures(null)],
    ['an itemIdentifier with a bad key name', ok({ batchItemFailures: [{ messageId: 'a' }] })],
    ['a message id that does not exist', failures('00000000-0000-4000-8000-000000000000')],
  ];
  it.each([...succeeds.map((row) => [...row, 0] as const), ...failsAll.map((row) => [...row, 2] as const)])(
    'treats %s as documented',
    async (_name, answer, kept) => {
      const queue = mappings.createQueue();
      for (const body of ['a', 'b']) mappings.queues().send(queue.name, body);
      const consumer = createFunction<SQSRecord>(() => answer);
      const source = { EventSourceArn: queue.arn, QueueUrl: queue.url, FunctionResponseTypes: partial };
      const { mapping, deliveries } = mappings.create(source, consumer);
      mapping.start();
      await until(() => deliveries.length === 2);
      expect(mappings.left(queue)).toEqual({ visible: 0, inFlight: kept });
    },
  );

  it('pays no heed to the list without ReportBatchItemFailures', async () => {
    const queue = mappings.createQueue();
    mappings.queues().send(queue.name, 'a');
    const consumer = createFunction<SQSRecord>((records) => failures(records[0]?.messageId));
    const { mapping, deliveries } = mappings.create({ EventSourceArn: queue.arn, QueueUrl: queue.url }, consumer);
    mapping.start();
    await until(() => deliveries.length === 1);
    expect(mappings.left(queue)).toEqual({ visible: 0, inFlight: 0 });
  });

  it('keeps, in a FIFO queue, what follows a failure in its group', () => {
    const record = (messageId: string, MessageGroupId: string) =>
      ({ messageId, attributes: { MessageGroupId } }) as SQSRecord;
    const batch = [record('a1', 'a'), record('b1', 'b'), record('a2', 'a'), record('b2', 'b'), record('a3', 'a')];
    expect([...withRestOfGroup(batch, new Set(['a2']))]).toEqual(['a2', 'a3']);
    expect([...withRestOfGroup(batch, new Set())]).toEqual([]);
  });
});

describe('Lambda developer guide, Event filtering with Amazon SQS', () => {
  async function deliveredOf(pattern: object, sent: readonly string[]) {
    const queue = mappings.createQueue();
    for (const body of sent) {
      mappings.queues().send(queue.name, body, { kind: body.length > 3 ? 'long' : 'short' });
    }
    const consumer = createFunction<SQSRecord>(() => ok());
    const FilterCriteria = { Filters: [{ Pattern: JSON.stringify(pattern) }] };
    mappings.create({ EventSourceArn: queue.arn, QueueUrl: queue.url, FilterCriteria }, consumer).mapping.start();
    await until(() => {
      const { visible, inFlight } = mappings.left(queue);
      return visible + inFlight === 0;
    });
    return bodies(consumer.records());
  }

  it('matches a JSON body by its fields, and deletes what does not match', async () => {
    const sent = ['{"order":{"total":5}}', '{"order":{"total":50}}', 'plain text'];
    expect(await deliveredOf({ body: { order: { total: [{ numeric: ['>', 10] }] } } }, sent)).toEqual([sent[1]]);
  });

  it('matches a plain body as text; a pattern of the other kind drops the message', async () => {
    expect(await deliveredOf({ body: [{ prefix: 'pl' }] }, ['plain', 'other', '{"pl":1}'])).toEqual(['plain']);
  });

  it('matches the metadata with any body', async () => {
    const pattern = { messageAttributes: { kind: { stringValue: ['long'] } } };
    expect(await deliveredOf(pattern, ['{"a":1}', 'abc', 'plain'])).toEqual(['{"a":1}', 'plain']);
  });

  it('lets pass what any of several filters matches', async () => {
    const queue = mappings.createQueue();
    for (const body of ['a', 'b', 'c']) mappings.queues().send(queue.name, body);
    const consumer = createFunction<SQSRecord>(() => ok());
    const FilterCriteria = { Filters: [{ Pattern: '{"body":["a"]}' }, { Pattern: '{"body":["c"]}' }] };
    mappings.create({ EventSourceArn: queue.arn, QueueUrl: queue.url, FilterCriteria }, consumer).mapping.start();
    await until(() => consumer.records().length === 2);
    expect(bodies(consumer.records())).toEqual(['a', 'c']);
  });
});

describe('Amazon SQS API Reference, DeleteMessageBatch: the result of each action is reported individually', () => {
  async function deleteWith(failed: (call: number) => DeleteMessageBatchCommandOutput['Failed']) {
    const queue = mappings.createQueue();
    for (const body of ['a', 'b']) mappings.queues().send(queue.name, body);
    const logged: string[] = [];
    const asked: number[] = [];
    const sqs = mappings.queues().sqs.request;
    const refusing: AwsJsonRequest = async (action, input) => {
      if (action !== 'DeleteMessageBatch') return sqs(action, input);
      asked.push((input as { Entries: unknown[] }).Entries.length);
      return { Successful: [], Failed: failed(asked.length) };
    };
    const opened = openQueue(refusing, queue.url, (level, message) => void logged.push(`${level} ${message}`));
    const received = await opened.receive(10, 0, new AbortController().signal);
    await opened.delete(
      received.map(({ MessageId = '', ReceiptHandle = '' }) => ({
        messageId: MessageId,
        receiptHandle: ReceiptHandle,
      })),
    );
    return { asked, logged };
  }

  it('deletes again what the service failed to', async () => {
    const failure = [{ Id: '1', SenderFault: false, Code: 'InternalError' }];
    expect(await deleteWith((call) => (call === 1 ? failure : []))).toEqual({ asked: [2, 1], logged: [] });
  });

  it('logs what stays refused, and does not repeat what is our fault', async () => {
    const ours = await deleteWith(() => [{ Id: '0', SenderFault: true, Code: 'ReceiptHandleIsInvalid' }]);
    expect(ours).toEqual({ asked: [2], logged: ['error DeleteMessageBatch failed'] });
    const theirs = await deleteWith(() => [{ Id: '0', SenderFault: false, Code: 'InternalError' }]);
    expect(theirs).toEqual({ asked: [2, 1, 1, 1], logged: ['error DeleteMessageBatch failed'] });
  });
});

describe('Lambda developer guide, Handling errors for an SQS event source: back-off', () => {
  it('invokes again when the function could not be called, before the messages are visible again', async () => {
    const queue = mappings.createQueue({ VisibilityTimeout: '30' });
    mappings.queues().send(queue.name, 'a');
    const consumer = createFunction<SQSRecord>((_records, call) => {
      if (call < 3) throw new Error('not there yet');
      return ok();
    });
    const { mapping, deliveries, logged } = mappings.create(
      { EventSourceArn: queue.arn, QueueUrl: queue.url },
      consumer,
    );
    mapping.start();
    await until(() => deliveries.length === 1);
    expect(logged.map((line) => line.replace(/^(\w+) \S+ (.*) \{.*/, '$1 $2'))).toEqual([
      'warn could not be invoked: Error: not there yet',
      'info could not be invoked: Error: not there yet',
    ]);
    expect(consumer.records().map(({ attributes }) => attributes.ApproximateReceiveCount)).toEqual(['1', '1', '1']);
    expect(deliveries[0]?.outcome).toBe('delivered');
  });

  it('leaves the messages to the queue when that takes longer than the visibility time-out', async () => {
    const queue = mappings.createQueue({ VisibilityTimeout: '1' });
    mappings.queues().send(queue.name, 'a');
    let present = false;
    const consumer = createFunction<SQSRecord>((records) => {
      if (Number(records[0]?.attributes.ApproximateReceiveCount) > 1) present = true;
      if (!present) throw new Error('gone');
      return ok();
    });
    const { mapping, deliveries } = mappings.create({ EventSourceArn: queue.arn, QueueUrl: queue.url }, consumer);
    mapping.start();
    await until(() => deliveries.length === 2);
    expect(deliveries.map(({ outcome }) => outcome)).toEqual(['retrying', 'delivered']);
  });
});
