import { randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll } from '@jest/globals';
import type { DynamoDBRecord, SQSRecord } from 'aws-lambda';
import { createAwsJsonClient, type AwsJsonClient, type AwsJsonRequest } from '@dure/aws-protocols/aws-json-client';
import { changesNothing } from '@dure/local-cloud/services/dynamodb/unchanged-records';
import { useDynamoDb } from '@dure/testing/dynamodb';
import { startTestQueues } from '@dure/testing/queues';
import type { InvokeResult } from '@dure/lambda-runtime';
import {
  createEventSourceMapping,
  type EventSourceMapping,
  type EventSourceMappingConfig,
  type EventSourceMappingDeps,
} from '../src/create-event-source-mapping.ts';
import type { Delivery } from '../src/surroundings.ts';

const DEADLINE_MS = 60_000;
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const queues = await startTestQueues();

/** Polls for a condition, with a deadline. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Not so within ${DEADLINE_MS} ms: ${condition.toString()}`);
    await delay(3);
  }
}

export const ok = (payload: unknown = null): InvokeResult => ({ ok: true, payload });
export const failed = (errorMessage = 'no'): InvokeResult => ({ ok: false, errorType: 'Error', errorMessage });
export const failures = (...itemIdentifiers: unknown[]): InvokeResult =>
  ok({ batchItemFailures: itemIdentifiers.map((itemIdentifier) => ({ itemIdentifier })) });

export const bodies = (records: readonly SQSRecord[]): string[] => records.map(({ body }) => body);
export const keys = (records: readonly DynamoDBRecord[]): string[] =>
  records.map(({ dynamodb }) => dynamodb?.Keys?.['sk']?.S ?? '');

/** A function under test: remembers its batches and gives the test's answers. */
export function createFunction<R>(answer: (records: R[], call: number) => InvokeResult | Promise<InvokeResult>) {
  const batches: R[][] = [];
  return {
    batches,
    records: () => batches.flat(),
    invokeLambda: async (_name: string, payload: unknown): Promise<InvokeResult> => {
      const { Records } = JSON.parse(JSON.stringify(payload)) as { Records: R[] };
      batches.push(Records);
      return answer(Records, batches.length);
    },
  };
}

/** One SQS emulator for a test file, and mappings that are stopped after it. */
export function useMappings() {
  const sqs = new SQSClient({ endpoint: queues.endpoint, region: 'us-east-1', credentials });
  const running = new Set<EventSourceMapping>();
  const databases = new Set<DatabaseSync>();
  const clients = new Set<AwsJsonClient>();

  afterAll(async () => {
    await Promise.all([...running].map((mapping) => mapping.stop()));
    for (const database of databases) if (database.isOpen) database.close();
    sqs.destroy();
    for (const client of clients) client.close();
  });

  function requestsTo(endpoint: string, service: string): AwsJsonRequest {
    const client = createAwsJsonClient({ endpoint, region: 'us-east-1', service });
    clients.add(client);
    return client.request;
  }

  return {
    queues: () => queues,
    sqs: () => sqs,
    createQueue(attributes: Record<string, string> = {}) {
      const name = `queue-${randomUUID()}${attributes['FifoQueue'] === 'true' ? '.fifo' : ''}`;
      return { name, ...queues.createQueue(name, attributes) };
    },
    openDatabase(file = ':memory:'): DatabaseSync {
      const database = new DatabaseSync(file);
      databases.add(database);
      return database;
    },
    /** By default of the emulator that the Jest run shares. */
    streams: (endpoint = useDynamoDb()) => requestsTo(endpoint, 'DynamoDBStreams_20120810'),
    create(
      config: Omit<EventSourceMappingConfig, 'UUID' | 'FunctionName'> & { UUID?: string },
      deps: Partial<EventSourceMappingDeps> & Pick<EventSourceMappingDeps, 'invokeLambda'>,
    ) {
      const deliveries: Delivery[] = [];
      const logged: string[] = [];
      const objects: { bucket: string; key: string; body: string }[] = [];
      const mapping = createEventSourceMapping(
        { UUID: randomUUID(), FunctionName: 'consumer', ...config },
        {
          database: deps.database ?? this.openDatabase(),
          region: 'us-east-1',
          isChange: (record) => !changesNothing(record),
          sqs: deps.sqs ?? queues.sqs.request,
          streams: deps.streams ?? this.streams(),
          sendToQueueArn: async (arn, body) => void queues.sqs.send(arn, body),
          putObject: async (bucket, key, body) => void objects.push({ bucket, key, body }),
          log: (level, message, fields) => void logged.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`),
          recordDelivery: (delivery) => void deliveries.push(delivery),
          ...deps,
        },
      );
      running.add(mapping);
      return { mapping, deliveries, logged, objects };
    },
    /** What is left in a queue: to be seen, or out of sight. */
    left(queue: { name: string }): { visible: number; inFlight: number } {
      const { visible = 0, inFlight = 0 } = queues.sqs.views.of(queue.name) ?? {};
      return { visible, inFlight };
    },
    async receive(queue: { url: string }): Promise<string[]> {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: queue.url, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 }),
      );
      return Messages.map(({ Body = '' }) => Body);
    },
  };
}
