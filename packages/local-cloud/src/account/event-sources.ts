import type { DatabaseSync } from 'node:sqlite';
import { createAwsJsonClient } from '../shared/protocols/aws-json-client.ts';
import {
  type EventSourceMapping,
  type EventSourceMappingConfig,
  createEventSourceMapping,
} from '../services/lambda/event-source-mapping/create-event-source-mapping.ts';
import { startStreamTrimming } from '../services/lambda/event-source-mapping/stream-trimming.ts';
import type { Emulators } from '../services/emulators.ts';
import { type Scheduler, type ScheduledFunction, createScheduler } from '../services/scheduler/scheduler.ts';
import type { CloudLog, InvokeLambda, RecordDelivery } from '../shared/types.ts';
import type { InvokeConfig } from '../services/lambda/api/model.ts';

/** A schedule of a rule. */
export interface Schedule extends ScheduledFunction {
  /** ARN of the queue that takes an event for which there is no function. */
  readonly undeliverable?: string;
}

export interface EventSourcesOptions {
  readonly database: DatabaseSync;
  readonly emulators: Emulators;
  readonly region: string;
  readonly accountId: string;
  readonly invokeLambda: InvokeLambda;
  /** How a function's asynchronous invocations are retried, and where they go when they fail for good. */
  invokeConfig(functionName: string): InvokeConfig;
  readonly log: CloudLog;
  readonly recordDelivery: RecordDelivery;
}

/** What invokes functions without a request, by id: queues, streams and schedules. They come and go with their stacks. */
export interface EventSources {
  /** Starts a mapping, or in the place of the one of this id. @throws AwsError for what is not supported */
  putMapping(config: EventSourceMappingConfig): Promise<void>;
  /** @throws TypeError for an expression that is not supported */
  putSchedule(id: string, schedule: Schedule): void;
  remove(id: string): Promise<void>;
  /** Goes on with those of an earlier run. */
  restore(): void;
  mappings(): readonly EventSourceMapping[];
  describeMappings(): object[];
  stop(): Promise<void>;
}

export function createEventSources(options: EventSourcesOptions): EventSources {
  const { database, emulators, region, log } = options;
  database.exec(
    'CREATE TABLE IF NOT EXISTS account_event_sources (id TEXT PRIMARY KEY, kind TEXT NOT NULL, body TEXT NOT NULL)',
  );
  const upsert = database.prepare('INSERT OR REPLACE INTO account_event_sources VALUES (?, ?, ?)');
  const forget = database.prepare('DELETE FROM account_event_sources WHERE id = ?');
  const clientOf = (endpoint: string, service: string) => createAwsJsonClient({ endpoint, region, service });
  const streams = clientOf(emulators.endpoints['DynamoDB']!, 'DynamoDBStreams_20120810');
  const mappings = new Map<string, EventSourceMapping>();
  const schedules = new Map<string, Scheduler>();
  const stopTrimming = startStreamTrimming(
    { [Symbol.iterator]: () => mappings.values() },
    emulators.dynamodb.trimStreamRecords,
    log,
  );

  function startMapping(config: EventSourceMappingConfig): void {
    const isQueue = config.EventSourceArn.split(':')[2] === 'sqs';
    const withQueue = isQueue ? { ...config, QueueUrl: emulators.queueUrl(config.EventSourceArn) } : config;
    const { onStreamWrite } = emulators.dynamodb;
    const mapping = createEventSourceMapping(withQueue, {
      ...options,
      sqs: emulators.sqs.request,
      streams: streams.request,
      sendToQueueArn: emulators.sendToQueue,
      ...(onStreamWrite !== undefined && { onStreamWrite }),
    });
    mappings.set(config.UUID, mapping);
    mapping.start();
  }

  function startSchedule(id: string, { undeliverable, ...schedule }: Schedule): void {
    const { sendToQueue } = emulators;
    const invokeLambda: InvokeLambda = async (name, payload) => {
      try {
        return await options.invokeLambda(name, payload);
      } catch (error) {
        if (undeliverable === undefined) throw error;
        await sendToQueue(undeliverable, JSON.stringify(payload), { attributes: { ERROR_MESSAGE: String(error) } });
        return { ok: true, payload: null };
      }
    };
    const scheduler = createScheduler({ ...options, invokeLambda, sendToQueue });
    const { maximumRetryAttempts, onFailure } = options.invokeConfig(schedule.functionName);
    scheduler.add({
      ...schedule,
      ...(maximumRetryAttempts !== undefined && { maximumRetryAttempts }),
      ...(onFailure !== undefined && { deadLetterQueue: onFailure }),
    });
    schedules.set(id, scheduler);
    scheduler.start();
  }

  async function end(id: string): Promise<void> {
    schedules.get(id)?.stop();
    schedules.delete(id);
    const mapping = mappings.get(id);
    mappings.delete(id);
    await mapping?.stop();
  }

  return {
    async putMapping(config) {
      await end(config.UUID);
      startMapping(config);
      upsert.run(config.UUID, 'mapping', JSON.stringify(config));
    },
    putSchedule(id, schedule) {
      schedules.get(id)?.stop();
      startSchedule(id, schedule);
      upsert.run(id, 'schedule', JSON.stringify(schedule));
    },
    async remove(id) {
      await end(id);
      forget.run(id);
    },
    restore() {
      const rows = database.prepare('SELECT * FROM account_event_sources').all() as Record<
        'id' | 'kind' | 'body',
        string
      >[];
      for (const { id, kind, body } of rows) {
        if (kind === 'mapping') startMapping(JSON.parse(body) as EventSourceMappingConfig);
        else startSchedule(id, JSON.parse(body) as Schedule);
      }
    },
    mappings: () => [...mappings.values()],
    describeMappings: () => [...mappings.values()].map((mapping) => mapping.describe() as object),
    async stop() {
      stopTrimming();
      for (const scheduler of schedules.values()) scheduler.stop();
      await Promise.all([...mappings.values()].map((mapping) => mapping.stop()));
      streams.close();
    },
  };
}
