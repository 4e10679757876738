import { createAwsJsonClient } from '../shared/protocols/aws-json-client.ts';
import type { MappingRequest } from './cloudformation/deploy.ts';
import { resolveValue } from '../services/cloudformation/resolver.ts';
import type { Stack } from './cloudformation/stack.ts';
import {
  type EventSourceMapping,
  type EventSourceMappingConfig,
  createEventSourceMapping,
} from '../services/lambda/event-source-mapping/create-event-source-mapping.ts';
import { startStreamTrimming } from '../services/lambda/event-source-mapping/stream-trimming.ts';
import type { Lambda } from '../services/lambda/pool/index.ts';
import { type Scheduler, createScheduler } from '../services/scheduler/scheduler.ts';
import type { CloudLog, RecordDelivery } from '../shared/types.ts';
import type { Emulators } from '../services/emulators.ts';
import type { Failures } from './failures.ts';
import { ACCOUNT_ID, REGION } from '../shared/aws-environment.ts';
import type { FunctionDefinition } from './serverless.ts';
import type { Service } from './service.ts';

export interface EventSourcesContext {
  readonly emulators: Emulators;
  readonly lambda: Lambda;
  readonly failures: Failures;
  readonly log: CloudLog;
  readonly recordDelivery: RecordDelivery;
  /** How often the next run by a schedule is made. */
  readonly scheduledCopies: () => number;
}

/** What invokes functions without a request: queues, streams and schedules. */
export interface EventSources {
  start(): void;
  idle(): boolean;
  /** Whether a function handles this queue's messages. */
  reads(queueArn: string): boolean;
  describe(): unknown;
  stop(): Promise<void>;
}

/** Makes the event source mappings and schedules of all services that run. */
export async function createEventSources(
  services: readonly Service[],
  {
    stacks,
    eventSourceMappings,
  }: { stacks: ReadonlyMap<Service, Stack>; eventSourceMappings: readonly MappingRequest[] },
  context: EventSourcesContext,
): Promise<EventSources> {
  const { emulators, lambda, failures, log, scheduledCopies } = context;
  const clientOf = (name: string, service: string) =>
    createAwsJsonClient({ endpoint: emulators.endpoints[name]!, region: REGION, service });
  const streams = clientOf('DynamoDB', 'DynamoDBStreams_20120810');
  const mappings: EventSourceMapping[] = [];
  const sources = new Set<unknown>();
  const scheduler = createScheduler({
    ...context,
    ...emulators,
    accountId: ACCOUNT_ID,
    region: REGION,
    invokeLambda: lambda.invoke,
    copies: scheduledCopies,
  });
  await failures.forEach(services, async (service) => {
    const own = eventSourceMappings.filter((request) => request.service === service.name);
    const made = own.map((request) =>
      createEventSourceMapping(configOf(request, emulators), {
        ...context,
        ...emulators,
        region: REGION,
        sqs: emulators.sqs.request,
        streams: streams.request,
        invokeLambda: lambda.invoke,
        sendToQueueArn: emulators.sendToQueue,
        ...(emulators.dynamodb.onStreamWrite && { onStreamWrite: emulators.dynamodb.onStreamWrite }),
      }),
    );
    addSchedules(service, stacks.get(service)!, scheduler);
    mappings.push(...made);
    for (const { properties } of own) sources.add(properties['EventSourceArn']);
  });
  const stopTrimming = startStreamTrimming(mappings, emulators.dynamodb.trimStreamRecords, log);

  return {
    start() {
      for (const mapping of mappings) mapping.start();
      scheduler.start();
    },
    idle: () => scheduler.idle() && mappings.every((mapping) => hasReadAll(mapping, emulators.streamEnd)),
    reads: (queueArn) => sources.has(queueArn),
    describe: () => ({
      eventSourceMappings: mappings.map((mapping) => mapping.describe()),
      schedules: scheduler.describe(),
    }),
    async stop() {
      stopTrimming();
      scheduler.stop();
      await Promise.all(mappings.map((mapping) => mapping.stop()));
      streams.close();
    },
  };
}

/** CloudFormation's properties are the API's; the API adds an id, and here the queue's address. */
function configOf({ service, logicalId, properties }: MappingRequest, emulators: Emulators): EventSourceMappingConfig {
  const { Tags: _tags, ...config } = properties;
  const arn = String(config['EventSourceArn']);
  const isQueue = arn.split(':')[2] === 'sqs';
  return {
    ...(config as unknown as EventSourceMappingConfig),
    UUID: `${service}-${logicalId}`,
    ...(isQueue && { QueueUrl: emulators.queueUrl(arn) }),
  };
}

/** A queue's messages are counted in the queue; a stream's by its end. */
function hasReadAll({ tableName, checkpoint }: EventSourceMapping, streamEnd: Emulators['streamEnd']): boolean {
  if (tableName === undefined) return true;
  return BigInt(streamEnd(tableName) ?? 0) <= BigInt(checkpoint() ?? 0);
}

function addSchedules(service: Service, stack: Stack, scheduler: Scheduler): void {
  for (const definition of Object.values(service.serverless!.service.functions)) {
    for (const { schedule } of definition.events ?? []) {
      if (schedule !== undefined) addSchedule(definition, schedule, stack, scheduler);
    }
  }
}

interface ScheduleEvent {
  readonly rate: string | string[];
  readonly enabled?: boolean;
  readonly input?: unknown;
}

function addSchedule(definition: FunctionDefinition, schedule: unknown, stack: Stack, scheduler: Scheduler): void {
  const event = (typeof schedule === 'string' ? { rate: schedule } : schedule) as ScheduleEvent;
  const unknown = Object.keys(event).find((name) => !SCHEDULE_PROPERTIES.includes(name));
  if (unknown !== undefined) throw new TypeError(`${definition.name}: schedule.${unknown} is not supported locally.`);
  if (event.enabled === false) return;
  const onFailure = resolveValue(definition.destinations?.onFailure, stack.scope);
  const deadLetterQueue = typeof onFailure === 'object' ? (onFailure as { arn?: string } | null)?.arn : onFailure;
  for (const expression of [event.rate].flat()) {
    scheduler.add({
      functionName: definition.name,
      expression,
      ...(event.input !== undefined && { input: resolveValue(event.input, stack.scope) }),
      ...(definition.maximumRetryAttempts !== undefined && { maximumRetryAttempts: definition.maximumRetryAttempts }),
      ...(typeof deadLetterQueue === 'string' && { deadLetterQueue }),
    });
  }
}

/** The first three act; the rest only name the rule, or choose how AWS makes it. */
const SCHEDULE_PROPERTIES = ['rate', 'enabled', 'input', 'name', 'description', 'method'];
