import type { DatabaseSync } from 'node:sqlite';
import { AwsError } from '@dure/aws-protocols/aws-error';
import { isObject } from '@dure/local-http/json';
import type { AwsJsonService } from '@dure/aws-protocols/aws-json';
import type { Input } from '@dure/aws-protocols/aws-input';
import type { CloudLog, RecordDelivery } from '../../shared/types.ts';
import { createArchives } from './archives.ts';
import { createBuses } from './buses.ts';
import { busPermissionActions } from './bus-permissions.ts';
import { type Announce, createAnnounce } from './aws-events.ts';
import type { Action, Context } from './context.ts';
import { createDeliveries, type Destinations } from './deliveries.ts';
import { createArchivedWith } from './archived-with.ts';
import { describeState } from './describe.ts';
import { createPublish, type Envelope } from './publisher.ts';
import { inTransaction } from '../../shared/sqlite.ts';
import { putEventsAction } from './put-events.ts';
import { createReplayRunner } from './replay-runner.ts';
import { createReplays } from './replays.ts';
import { createRouter, type FindRoute, type Router } from './router.ts';
import { createRuleSchedules, type RuleSchedules } from './rule-schedules.ts';
import { createRules } from './rules.ts';
import { createTables } from './schema.ts';
import { tagActions } from './tags.ts';
import { compileTarget, type Target } from './target.ts';
import { createTargets } from './targets.ts';
import { testEventPattern } from './test-event-pattern.ts';

export { eventBridgeResourceTypes } from './resource-types.ts';
export { busArn, busNameOf } from './arns.ts';
export type { Announce, AwsEvent } from './aws-events.ts';
export type { Destinations } from './deliveries.ts';
export type { FindRoute } from './router.ts';
export type { Target } from './target.ts';

/** Checks and compiles a target, as PutTargets has it. @throws AwsError */
export type CompileTarget = (target: Input) => Target;

const EXPIRY_INTERVAL_MS = 60 * 60 * 1000;

export interface EventBridgeOptions {
  /** Opened by the caller, who also closes it, after `stop`. */
  readonly database: DatabaseSync;
  readonly accountId: string;
  readonly region: string;
  /**
   * Delivers to a queue, topic, function, state machine or log group; `input` is JSON text or a plain string.
   * Rejects with an Error: one with `retryable: false` is not tried again, `code` becomes the dead letter's ERROR_CODE.
   */
  readonly deliver: Destinations['deliver'];
  /** Sends an undeliverable event to a queue; `attributes` are message attributes of type String. */
  readonly deadLetter: Destinations['deadLetter'];
  readonly log: CloudLog;
  readonly recordDelivery: RecordDelivery;
  /** How often the next event of a schedule is published; once by default. */
  readonly copies?: () => number;
  /** ms since the epoch. */
  readonly now?: () => number;
}

/** `body` is the text that is delivered, `receivedAt` is in ms since the epoch. */
export type Outgoing = Omit<Envelope, 'event' | 'time'>;

export interface EventBridge {
  readonly handle: AwsJsonService;
  readonly compileTarget: CompileTarget;
  /** Publishes an event of an AWS service on the default bus. */
  readonly announce: Announce;
  /**
   * Delivers for another service, with the same retries, dead letters and survival of a kill.
   * @param find is asked at each attempt where what has this name goes
   */
  outlet(service: string, find: FindRoute): (name: string, event: Outgoing) => void;
  /** Starts delivering, also what a former process left, and the schedules of rules whose functions run. */
  start(runs?: (functionArn: string) => boolean): void;
  stop(): Promise<void>;
  /** Buses with their rules and targets, archives, replays and what is queued, as plain JSON. */
  describe(): unknown;
  /** The latest archived events whose text has this value, as AWS's envelopes, oldest first; at most 500. */
  archivedWith(value: string): Readonly<Record<string, unknown>>[];
  /** True when nothing waits to be delivered or replayed. */
  idle(): boolean;
}

/**
 * EventBridge on SQLite: event buses, rules, targets, archives and replays, spoken over the AWS JSON protocol under the
 * target prefix `AWSEvents`. What PutEvents has accepted survives a kill. Unsupported actions and properties are refused
 * by name. Accepted without effect: RoleArn, KmsKeyIdentifier, Force.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/
 */
export function createEventBridge(options: EventBridgeOptions): EventBridge {
  const { database, accountId, region, log, recordDelivery, now = Date.now } = options;
  const context: Context = { database, accountId, region, log, recordDelivery, now };
  createTables(database, now());

  const changed = (): void => {
    router.changed();
    schedules.changed();
  };
  const buses = createBuses(context, changed);
  const rules = createRules(context, buses, changed);
  const targets = createTargets(context, buses, rules, changed);
  const archives = createArchives(context, buses, changed);
  const router: Router = createRouter(context, { rules: rules.all, targets: targets.all, archives: archives.all });
  const { publish, enqueue } = createPublish(database, router);
  const { deliver, deadLetter } = options;
  const deliveries = createDeliveries(context, router, publish, { deliver, deadLetter, busExists: buses.exists });
  const schedules: RuleSchedules = createRuleSchedules(
    context,
    router,
    publish,
    deliveries,
    options.copies ?? (() => 1),
  );
  const runner = createReplayRunner(context, publish, deliveries);
  const replays = createReplays(context, { buses, rules, archives }, runner.run);
  let expiry: NodeJS.Timeout | undefined;

  const actions = new Map<string, Action>(
    Object.entries({
      PutEvents: putEventsAction(context, buses, publish, deliveries),
      TestEventPattern: testEventPattern,
      ...buses.actions,
      ...busPermissionActions(context, buses),
      ...rules.actions,
      ...targets.actions,
      ...archives.actions,
      ...replays.actions,
      ...tagActions(context, buses, rules),
    }),
  );

  return {
    async handle(name, input, _token, trace) {
      const action = actions.get(name);
      if (action === undefined) {
        throw new AwsError('UnknownOperationException', `The local EventBridge does not support the action ${name}.`);
      }
      return action(name === 'PutEvents' && trace !== undefined ? withTrace(input, trace) : input);
    },
    compileTarget: (target) => compileTarget(context, target),
    announce: createAnnounce(context, router, publish, deliveries),
    outlet(service, find) {
      const bus = `/${service}`;
      router.addOutlet(bus, find);
      return (name, event) => deliveries.add([inTransaction(database, () => enqueue(bus, name, event))]);
    },
    start(runs = () => true) {
      archives.expire();
      expiry = setInterval(archives.expire, EXPIRY_INTERVAL_MS).unref();
      deliveries.start();
      runner.start();
      schedules.start(runs);
    },
    async stop() {
      clearInterval(expiry);
      schedules.stop();
      await runner.stop();
      await deliveries.stop();
    },
    archivedWith: createArchivedWith(database),
    describe: () => describeState(context, { buses, rules, schedules, targets, archives, replays, deliveries }),
    idle: () => deliveries.pending() === 0 && runner.running() === 0,
  };
}

/** What belongs to the trace of the request, unless an entry says another. */
function withTrace(input: Input, TraceHeader: string): Input {
  const { Entries: entries } = input;
  if (!Array.isArray(entries)) return input;
  return { ...input, Entries: entries.map((entry: unknown) => (isObject(entry) ? { TraceHeader, ...entry } : entry)) };
}
