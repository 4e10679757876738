import type { DatabaseSync } from 'node:sqlite';
import { AwsError } from '../../shared/protocols/aws-error.ts';
import type { AwsJsonService } from '../../shared/protocols/aws-json.ts';
import type { CloudLog, RecordDelivery } from '../../shared/types.ts';
import { createArchives } from './archives.ts';
import { createBuses } from './buses.ts';
import type { Action, Context } from './context.ts';
import { createDeliveries, type Destinations } from './deliveries.ts';
import { describeState } from './describe.ts';
import { createPublish } from './publisher.ts';
import { putEventsAction } from './put-events.ts';
import { createReplayRunner } from './replay-runner.ts';
import { createReplays } from './replays.ts';
import { createRouter, type Router } from './router.ts';
import { createRules } from './rules.ts';
import { createTables } from './schema.ts';
import { tagActions } from './tags.ts';
import { createTargets } from './targets.ts';
import { testEventPattern } from './test-event-pattern.ts';

export { eventBridgeResourceTypes } from './resource-types.ts';
export { busArn, busNameOf } from './arns.ts';
export type { Destinations } from './deliveries.ts';

const EXPIRY_INTERVAL_MS = 60 * 60 * 1000;

export interface EventBridgeOptions {
  /** Opened by the caller, who also closes it, after `stop`. */
  readonly database: DatabaseSync;
  readonly accountId: string;
  readonly region: string;
  /**
   * Delivers to an SQS queue, a Lambda function or a state machine; `input` is JSON text or a plain string.
   * Rejects with an Error: one with `retryable: false` is not tried again, `code` becomes the dead letter's ERROR_CODE.
   */
  readonly deliver: Destinations['deliver'];
  /** Sends an undeliverable event to a queue; `attributes` are message attributes of type String. */
  readonly deadLetter: Destinations['deadLetter'];
  readonly log: CloudLog;
  readonly recordDelivery: RecordDelivery;
  /** ms since the epoch. */
  readonly now?: () => number;
}

export interface EventBridge {
  readonly handle: AwsJsonService;
  /** Starts delivering, also what a former process left. */
  start(): void;
  stop(): Promise<void>;
  /** Buses with their rules and targets, archives, replays and what is queued, as plain JSON. */
  describe(): unknown;
  /** True when nothing waits to be delivered or replayed. */
  idle(): boolean;
}

/**
 * EventBridge on SQLite: event buses, rules, targets, archives and replays, spoken over the AWS JSON protocol under the
 * target prefix `AWSEvents`. What PutEvents has accepted survives a kill. Unsupported actions and properties are refused
 * by name. Accepted without effect: RoleArn, KmsKeyIdentifier, TraceHeader, Force.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/
 */
export function createEventBridge(options: EventBridgeOptions): EventBridge {
  const { database, accountId, region, log, recordDelivery, now = Date.now } = options;
  const context: Context = { database, accountId, region, log, recordDelivery, now };
  createTables(database, now());

  const changed = (): void => router.changed();
  const buses = createBuses(context, changed);
  const rules = createRules(context, buses, changed);
  const targets = createTargets(context, buses, rules, changed);
  const archives = createArchives(context, buses, changed);
  const router: Router = createRouter(context, { rules: rules.all, targets: targets.all, archives: archives.all });
  const publish = createPublish(database, router);
  const { deliver, deadLetter } = options;
  const deliveries = createDeliveries(context, router, publish, { deliver, deadLetter, busExists: buses.exists });
  const runner = createReplayRunner(context, publish, deliveries);
  const replays = createReplays(context, { buses, rules, archives }, runner.run);
  let expiry: NodeJS.Timeout | undefined;

  const actions = new Map<string, Action>(
    Object.entries({
      PutEvents: putEventsAction(context, buses, publish, deliveries),
      TestEventPattern: testEventPattern,
      ...buses.actions,
      ...rules.actions,
      ...targets.actions,
      ...archives.actions,
      ...replays.actions,
      ...tagActions(context, buses, rules),
    }),
  );

  return {
    async handle(name, input) {
      const action = actions.get(name);
      if (action === undefined) {
        throw new AwsError('UnknownOperationException', `The local EventBridge does not support the action ${name}.`);
      }
      return action(input);
    },
    start() {
      archives.expire();
      expiry = setInterval(archives.expire, EXPIRY_INTERVAL_MS).unref();
      deliveries.start();
      runner.start();
    },
    async stop() {
      clearInterval(expiry);
      await runner.stop();
      await deliveries.stop();
    },
    describe: () => describeState(context, { buses, rules, targets, archives, replays, deliveries }),
    idle: () => deliveries.pending() === 0 && runner.running() === 0,
  };
}
