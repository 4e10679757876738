import type { DatabaseSync } from 'node:sqlite';
import { AwsError } from '@dure/aws-protocols/aws-error';
import type { AwsJsonService } from '@dure/aws-protocols/aws-json';
import type { Log } from './log.ts';
import { alarmActions } from './alarm-actions.ts';
import { type Alarms, createAlarms, type PublishToTopic } from './alarms.ts';
import { metricsIn } from './emf.ts';
import { readLine } from './filter-pattern.ts';
import { metricActions } from './metric-actions.ts';
import { type MetricFilters, openMetricFilters } from './metric-filters.ts';
import { openMetricStore, type Value } from './metric-store.ts';

export { ALARM_PROPERTIES } from './alarm-definition.ts';
export { readLine, readPattern } from './filter-pattern.ts';
export type { PublishToTopic } from './alarms.ts';
export type { Dimensions, Value } from './metric-store.ts';

export interface CloudWatchOptions {
  readonly database: DatabaseSync;
  readonly accountId: string;
  readonly region: string;
  readonly publish: PublishToTopic;
  readonly log: Log;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** What metrics and alarms take for a minute, in milliseconds; a test may shorten it. */
  readonly minuteMs?: number;
}

export interface CloudWatch {
  /** The AWS JSON 1.0 protocol, for the target prefix `GraniteServiceVersion20100801`. */
  readonly handle: AwsJsonService;
  readonly alarms: Pick<Alarms, 'put' | 'delete' | 'arnOf'>;
  readonly filters: Pick<MetricFilters, 'put' | 'delete' | 'deleteOf'>;
  record(value: Value): void;
  /** Records what a line of a log group measures, by the embedded metric format and by the group's filters. */
  logged(logGroup: string, text: string): void;
  /** Takes these samples and evaluates the alarms, six times a minute, until it is stopped. */
  start(samplers: readonly (() => Promise<void> | void)[]): void;
  stop(): Promise<void>;
  /** For `/_cloud/alarms`: those that went off first. */
  describe(): AlarmSummary[];
}

export interface AlarmSummary {
  readonly name: string;
  readonly state: string;
  readonly reason: string;
  readonly since: string;
}

const MINUTE_MS = 60_000;
const TICKS_A_MINUTE = 6;
const URGENCY = ['ALARM', 'INSUFFICIENT_DATA', 'OK'];

/**
 * CloudWatch on one machine: metrics by the minute for a day, and alarms that notify SNS topics.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/
 */
export function createCloudWatch(options: CloudWatchOptions): CloudWatch {
  const { log, now = Date.now, minuteMs = MINUTE_MS } = options;
  const metrics = openMetricStore({ database: options.database, bucketMs: minuteMs, now, log });
  const filters = openMetricFilters(options.database);
  const alarms = createAlarms({ ...options, now, minuteMs, metrics });
  const actions = { ...metricActions(metrics, minuteMs), ...alarmActions(alarms) };
  let timer: NodeJS.Timeout | undefined;
  let ticking: Promise<void> | undefined;

  async function tick(samplers: readonly (() => Promise<void> | void)[]): Promise<void> {
    try {
      for (const sample of samplers) await sample();
      metrics.flush();
      alarms.evaluateAll();
    } catch (error) {
      log('error', 'Metrics could not be taken', { reason: String(error) });
    } finally {
      ticking = undefined;
    }
  }

  return {
    async handle(action, input) {
      const run = Object.hasOwn(actions, action) ? actions[action] : undefined;
      if (run === undefined) {
        throw new AwsError('UnknownOperationException', `CloudWatch ${action} is not supported locally.`, 404);
      }
      return run(input);
    },
    alarms,
    filters,
    record: metrics.record,
    logged(logGroup, text) {
      const line = readLine(text);
      for (const value of metricsIn(line.fields)) metrics.record(value);
      for (const value of filters.valuesOf(logGroup, line, now())) metrics.record(value);
    },
    start(samplers) {
      timer = setInterval(() => {
        ticking ??= tick(samplers);
      }, minuteMs / TICKS_A_MINUTE);
    },
    async stop() {
      clearInterval(timer);
      await ticking;
      metrics.flush();
    },
    describe: () =>
      alarms.store
        .all()
        .map(({ name, state, reason, state_updated_at }) => ({
          ...{ name, state, reason },
          since: new Date(state_updated_at).toISOString(),
        }))
        .sort((a, b) => URGENCY.indexOf(a.state) - URGENCY.indexOf(b.state)),
  };
}
