import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DatabaseSync } from 'node:sqlite';
import type { Input } from '@dure/aws-protocols/aws-input';
import { createClock, nextRun } from '../../shared/clock.ts';
import type { CloudLog } from '../../shared/types.ts';
import type { EventBridge } from '../eventbridge/index.ts';
import { type Action, createActions } from './actions.ts';
import { createSchedulerApi } from './api.ts';
import { compileTimes, type Times } from './schedule.ts';
import { openStore, type StoredSchedule } from './store.ts';
import { type CompiledTarget, compileScheduleTarget } from './target.ts';

export { schedulerResourceTypes } from './resource-types.ts';

export interface SchedulerOptions {
  readonly database: DatabaseSync;
  readonly accountId: string;
  readonly region: string;
  /** Delivers, with its retries. */
  readonly eventBridge: Pick<EventBridge, 'outlet' | 'compileTarget'>;
  readonly log: CloudLog;
  /** How often the next run is made; once by default. */
  readonly copies?: () => number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

export interface Scheduler {
  /** Answers a request of the REST API. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  readonly actions: Readonly<Record<string, Action>>;
  /** Begins with the schedules whose function runs, and those of other targets. */
  start(runs?: (functionArn: string) => boolean): void;
  /** For people. */
  describe(): readonly object[];
  stop(): void;
}

interface Compiled extends CompiledTarget {
  readonly times: Times;
  readonly enabled: boolean;
  readonly isDeletedAfterwards: boolean;
}

/** The longest that a delivery is tried. */
const LONGEST_DELIVERY_MS = 86_400_000;

/**
 * EventBridge Scheduler: schedules in groups, by rate, cron or a single time. What has become due survives a kill.
 * Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/what-is-scheduler.html
 */
export function createScheduler(options: SchedulerOptions): Scheduler {
  const { database, accountId, region, eventBridge, log, copies = () => 1, now = Date.now } = options;
  const place = { accountId, region };
  const store = openStore(database, now());
  store.forget(now() - LONGEST_DELIVERY_MS);
  const compile = ({ arn, definition, created }: StoredSchedule): Compiled => {
    const given = JSON.parse(definition) as Input;
    return {
      times: compileTimes(arn, given, created),
      ...compileScheduleTarget(place, eventBridge.compileTarget, arn, given),
      enabled: given['State'] !== 'DISABLED',
      isDeletedAfterwards: given['ActionAfterCompletion'] === 'DELETE',
    };
  };
  const send = eventBridge.outlet('scheduler', (arn) => {
    const found = store.schedule(arn);
    return found && { route: { arn, rule: found.name }, target: compile(found).target };
  });
  let runs: ((functionArn: string) => boolean) | undefined;

  const clock = createClock((arn, time) => {
    const stored = store.schedule(arn)!;
    const { eventAt, times, isDeletedAfterwards } = compile(stored);
    try {
      for (let left = copies(); left > 0; left -= 1) send(arn, eventAt(times.meant(time), now()));
      if (isDeletedAfterwards && times.next(time) === undefined) store.saveSchedule({ ...stored, completed: now() });
    } catch (error) {
      // Such as a full disk.
      log('error', `The schedule ${arn} was due and did not run`, { reason: String(error) });
    }
  });

  function set(stored: StoredSchedule, after: number): void {
    const { times, enabled, target } = compile(stored);
    const isRun = !target.arn.startsWith('arn:aws:lambda:') || runs?.(target.arn);
    if (enabled && isRun && runs !== undefined) clock.set(stored.arn, times, after);
    else clock.remove(stored.arn);
  }

  const actions = createActions({
    store,
    now,
    arnOf: (kind, path) => `arn:aws:scheduler:${region}:${accountId}:${kind}/${path}`,
    check: compile,
    changed(arn) {
      const stored = store.schedule(arn);
      if (stored === undefined) clock.remove(arn);
      // A rate runs at once when it is made.
      else set(stored, stored.created === stored.modified ? stored.created - 1 : now());
    },
  });

  return {
    handle: createSchedulerApi(actions),
    actions,
    start(given = () => true) {
      runs = given;
      for (const stored of store.schedules()) set(stored, now());
    },
    describe: () =>
      store.schedules().map(({ arn, definition }) => {
        const given = JSON.parse(definition) as object;
        return { arn, ...nextRun(clock.next(arn)), ...given };
      }),
    stop: () => clock.stop(),
  };
}
