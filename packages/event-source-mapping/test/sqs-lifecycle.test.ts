import { performance } from 'node:perf_hooks';
import { describe, expect, it } from '@jest/globals';
import type { SQSRecord } from 'aws-lambda';
import type { AwsJsonRequest } from '@dure/aws-protocols/aws-json-client';
import { bodies, createFunction, ok, until, useMappings } from './harness.ts';

/** Of many waits the shortest counts: other work on the machine makes single ones longer, never shorter. */
const SOON_MS = 25;
const mappings = useMappings();

describe('a queue’s mapping', () => {
  it('waits on stop for the batch at work, and deletes its messages', async () => {
    const queue = mappings.createQueue();
    mappings.queues().send(queue.name, 'a');
    const gate = Promise.withResolvers<void>();
    const consumer = createFunction<SQSRecord>(async () => {
      await gate.promise;
      return ok();
    });
    const { mapping } = mappings.create({ EventSourceArn: queue.arn, QueueUrl: queue.url }, consumer);
    mapping.start();
    await until(() => consumer.batches.length === 1);
    const stopped = mapping.stop();
    gate.resolve();
    await stopped;
    expect(mappings.left(queue)).toEqual({ visible: 0, inFlight: 0 });
  });

  it('takes no message out of sight once it has stopped', async () => {
    const queue = mappings.createQueue();
    const consumer = createFunction<SQSRecord>(() => ok());
    const { mapping } = mappings.create({ EventSourceArn: queue.arn, QueueUrl: queue.url }, consumer);
    mapping.start();
    await mapping.stop();
    mappings.queues().send(queue.name, 'a');
    expect(await mappings.receive(queue)).toEqual(['a']);
  });

  it('gives back on stop what the function could not be called with', async () => {
    const queue = mappings.createQueue({ VisibilityTimeout: '600' });
    mappings.queues().send(queue.name, 'a');
    const consumer = createFunction<SQSRecord>(() => {
      throw new Error('shutting down');
    });
    const { mapping } = mappings.create({ EventSourceArn: queue.arn, QueueUrl: queue.url }, consumer);
    mapping.start();
    await until(() => consumer.batches.length === 1);
    await mapping.stop();
    expect(mappings.left(queue)).toEqual({ visible: 1, inFlight: 0 });
  });

  it('delivers nothing while it is paused or disabled, and all after it is resumed', async () => {
    const queue = mappings.createQueue();
    const consumer = createFunction<SQSRecord>(() => ok());
    const source = { EventSourceArn: queue.arn, QueueUrl: queue.url, Enabled: false };
    const { mapping } = mappings.create(source, consumer);
    mapping.start();
    mappings.queues().send(queue.name, 'a');
    expect(mapping.describe()).toMatchObject({ State: 'Disabled', BatchSize: 10 });
    mapping.resume();
    await until(() => consumer.batches.length === 1);
    mapping.pause();
    mappings.queues().send(queue.name, 'b');
    // The poll that was under way gives back what it takes.
    await until(() => mappings.left(queue).visible === 1);
    expect(bodies(consumer.records())).toEqual(['a']);
    mapping.resume();
    await until(() => consumer.records().length === 2);
    await until(() => JSON.stringify(mapping.describe()).includes('"RecordsHandedOver":2'));
  });

  it('goes on after the queue could not be reached', async () => {
    const queue = mappings.createQueue();
    const queues = mappings.queues().sqs.request;
    let broken = true;
    const sqs: AwsJsonRequest = async (action, input) => {
      if (broken) throw new Error('connection refused');
      return queues(action, input);
    };
    const consumer = createFunction<SQSRecord>(() => ok());
    const deps = { ...consumer, sqs };
    const { mapping, logged } = mappings.create({ EventSourceArn: queue.arn, QueueUrl: queue.url }, deps);
    mapping.start();
    await until(() => logged.some((line) => line.includes('connection refused')));
    broken = false;
    mappings.queues().send(queue.name, 'a');
    await until(() => consumer.batches.length === 1);
  });

  it('calls the function within milliseconds of a message', async () => {
    const queue = mappings.createQueue();
    const arrived: number[] = [];
    const consumer = createFunction<SQSRecord>(() => {
      arrived.push(performance.now());
      return ok();
    });
    mappings.create({ EventSourceArn: queue.arn, QueueUrl: queue.url }, consumer).mapping.start();
    const waits: number[] = [];
    for (let index = 0; index < 15; index += 1) {
      const sent = performance.now();
      mappings.queues().send(queue.name, String(index));
      await until(() => arrived.length > index);
      waits.push((arrived[index] ?? Infinity) - sent);
    }
    expect(Math.min(...waits)).toBeLessThan(SOON_MS);
  });
});
