import { setTimeout as delay } from 'node:timers/promises';
import { SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it } from '@jest/globals';
import type { SQSRecord } from 'aws-lambda';
import { splitByPayload } from '../src/sqs-collect.ts';
import { bodies, createFunction, failed, ok, until, useMappings } from './harness.ts';

const mappings = useMappings();

describe('Lambda developer guide, Using Lambda with Amazon SQS', () => {
  it('hands a message over in the documented shape and deletes it', async () => {
    const queue = mappings.createQueue();
    const consumer = createFunction<SQSRecord>(() => ok());
    await mappings.sqs().send(
      new SendMessageCommand({
        QueueUrl: queue.url,
        MessageBody: 'text',
        MessageAttributes: {
          kind: { DataType: 'String', StringValue: 'order' },
          raw: { DataType: 'Binary', BinaryValue: Buffer.from('hi') },
        },
      }),
    );
    const { mapping, deliveries } = mappings.create({ EventSourceArn: queue.arn, QueueUrl: queue.url }, consumer);
    mapping.start();
    await until(() => deliveries.length === 1);

    expect(consumer.batches).toEqual([
      [
        {
          messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
          receiptHandle: expect.stringMatching(/.+/),
          body: 'text',
          attributes: {
            ApproximateReceiveCount: '1',
            SentTimestamp: expect.stringMatching(/^\d{13}$/),
            SenderId: expect.any(String),
            ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
          },
          messageAttributes: {
            kind: { stringValue: 'order', stringListValues: [], binaryListValues: [], dataType: 'String' },
            raw: { binaryValue: 'aGk=', stringListValues: [], binaryListValues: [], dataType: 'Binary' },
          },
          md5OfMessageAttributes: expect.stringMatching(/^[0-9a-f]{32}$/),
          md5OfBody: '1cb251ec0d568de6a929b520c4aed8d1',
          eventSource: 'aws:sqs',
          eventSourceARN: queue.arn,
          awsRegion: 'us-east-1',
        },
      ],
    ]);
    expect(mappings.left(queue)).toEqual({ visible: 0, inFlight: 0 });
    expect(deliveries[0]).toMatchObject({ from: queue.arn, to: 'consumer', outcome: 'delivered' });
  });

  it('deletes nothing when the function fails: all come again after the visibility time-out, with their count', async () => {
    const queue = mappings.createQueue({ VisibilityTimeout: '1' });
    for (const body of ['a', 'b']) mappings.queues().send(queue.name, body);
    const consumer = createFunction<SQSRecord>((_records, call) => (call === 1 ? failed('broken') : ok()));
    const { mapping, deliveries } = mappings.create({ EventSourceArn: queue.arn, QueueUrl: queue.url }, consumer);
    mapping.start();
    await until(() => consumer.records().length === 4);
    expect(bodies(consumer.batches[0] ?? [])).toEqual(['a', 'b']);
    expect(
      consumer.batches
        .slice(1)
        .flat()
        .map(({ attributes }) => attributes.ApproximateReceiveCount),
    ).toEqual(['2', '2']);
    await until(() => deliveries.length === 4);
    expect(deliveries[0]).toMatchObject({ outcome: 'retrying', reason: 'Error: broken' });
    expect(mappings.left(queue)).toEqual({ visible: 0, inFlight: 0 });
  });

  it('leaves it to the redrive policy to dead-letter what fails too often', async () => {
    const dead = mappings.createQueue();
    const queue = mappings.createQueue({
      VisibilityTimeout: '0',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 2 }),
    });
    const consumer = createFunction<SQSRecord>(() => failed());
    mappings.queues().send(queue.name, 'poison');
    mappings.create({ EventSourceArn: queue.arn, QueueUrl: queue.url }, consumer).mapping.start();
    await until(() => mappings.left(dead).visible === 1);
    expect(consumer.batches).toHaveLength(2);
  });

  it('takes at most BatchSize messages a batch', async () => {
    const queue = mappings.createQueue();
    for (let index = 0; index < 7; index += 1) mappings.queues().send(queue.name, String(index));
    const consumer = createFunction<SQSRecord>(() => ok());
    const source = { EventSourceArn: queue.arn, QueueUrl: queue.url };
    mappings.create({ ...source, BatchSize: 3 }, consumer).mapping.start();
    await until(() => consumer.records().length === 7);
    expect(consumer.batches.map(({ length }) => length)).toEqual([3, 3, 1]);
  });

  it('fills a batch up within its window, over several receives', async () => {
    const queue = mappings.createQueue();
    const consumer = createFunction<SQSRecord>(() => ok());
    const source = { EventSourceArn: queue.arn, QueueUrl: queue.url };
    mappings.create({ ...source, BatchSize: 25, MaximumBatchingWindowInSeconds: 60 }, consumer).mapping.start();
    for (let batch = 0; batch < 5; batch += 1) {
      const Entries = Array.from({ length: 5 }, (_, index) => ({ Id: `${index}`, MessageBody: `${batch}-${index}` }));
      await mappings.sqs().send(new SendMessageBatchCommand({ QueueUrl: queue.url, Entries }));
    }
    await until(() => consumer.batches.length === 1);
    expect(consumer.batches[0]).toHaveLength(25);
  });

  it('hands over what there is when the window ends', async () => {
    const queue = mappings.createQueue();
    const consumer = createFunction<SQSRecord>(() => ok());
    const source = { EventSourceArn: queue.arn, QueueUrl: queue.url };
    mappings.create({ ...source, BatchSize: 100, MaximumBatchingWindowInSeconds: 1 }, consumer).mapping.start();
    const [sent, began] = [Date.now(), performance.now()];
    mappings.queues().send(queue.name, 'first');
    mappings.queues().send(queue.name, 'second');
    await until(() => consumer.batches.length === 1);
    expect(bodies(consumer.records())).toEqual(['first', 'second']);
    // By one of the two clocks: that of the day may be set meanwhile.
    expect(Math.max(Date.now() - sent, performance.now() - began)).toBeGreaterThanOrEqual(995);
  });

  it('lets messages form batches while the function is busy', async () => {
    const queue = mappings.createQueue();
    const busy = Promise.withResolvers<void>();
    const consumer = createFunction<SQSRecord>(async () => {
      await busy.promise;
      return ok();
    });
    mappings.create({ EventSourceArn: queue.arn, QueueUrl: queue.url }, consumer).mapping.start();
    for (let index = 0; index < 40; index += 1) {
      mappings.queues().send(queue.name, String(index));
      await delay(5);
    }
    busy.resolve();
    await until(() => consumer.records().length === 40);
    expect(consumer.batches.length).toBeLessThan(20);
  });

  it('has never more batches at work than MaximumConcurrency, and up to it', async () => {
    const queue = mappings.createQueue();
    for (let index = 0; index < 8; index += 1) mappings.queues().send(queue.name, String(index));
    let atWork = 0;
    const seen: number[] = [];
    const gate = Promise.withResolvers<void>();
    const consumer = createFunction<SQSRecord>(async () => {
      seen.push((atWork += 1));
      await gate.promise;
      atWork -= 1;
      return ok();
    });
    const source = { EventSourceArn: queue.arn, QueueUrl: queue.url, BatchSize: 1 };
    mappings.create({ ...source, ScalingConfig: { MaximumConcurrency: 3 } }, consumer).mapping.start();
    await until(() => atWork === 3);
    gate.resolve();
    await until(() => consumer.records().length === 8);
    expect(Math.max(...seen)).toBe(3);
  });

  it('parts a batch that is larger than the 6 MB of an invocation', () => {
    const record = (size: number) => ({ body: 'x'.repeat(size) }) as SQSRecord;
    const megabyte = 1024 * 1024;
    const parts = splitByPayload(Array.from({ length: 10 }, () => record(megabyte)));
    expect(parts.map(({ length }) => length)).toEqual([5, 5]);
    expect(splitByPayload([record(1), record(2)])).toHaveLength(1);
  });
});

describe('Lambda developer guide, Using FIFO queues', () => {
  it('keeps the order of a group over a failure', async () => {
    const queue = mappings.createQueue({ FifoQueue: 'true', VisibilityTimeout: '1' });
    const send = (group: string, body: string): unknown =>
      mappings.queues().sqs.send(queue.arn, body, { messageGroupId: group, messageDeduplicationId: body });
    for (const body of ['a1', 'a2', 'a3']) send('a', body);
    send('b', 'b1');
    const consumer = createFunction<SQSRecord>((_records, call) => (call === 1 ? failed() : ok()));
    mappings.create({ EventSourceArn: queue.arn, QueueUrl: queue.url }, consumer).mapping.start();
    await until(() => consumer.batches.length === 2);
    expect(consumer.batches.map(bodies)).toEqual([
      ['a1', 'a2', 'a3', 'b1'],
      ['a1', 'a2', 'a3', 'b1'],
    ]);
    expect(consumer.records()[0]?.attributes).toMatchObject({
      MessageGroupId: 'a',
      MessageDeduplicationId: 'a1',
      SequenceNumber: expect.stringMatching(/^\d+$/),
    });
  });
});
