import type { DatabaseSync } from 'node:sqlite';
import type { Log } from './log.ts';
import { type AlarmDefinition, type Fields, readAlarm } from './alarm-definition.ts';
import { type AlarmRow, type AlarmStore, openAlarmStore } from './alarm-store.ts';
import { evaluate, type StateValue } from './evaluate.ts';
import type { MetricStore } from './metric-store.ts';
import { notificationOf } from './notification.ts';
import { pointsOf, startsOf } from './query.ts';

/** Publishes to an SNS topic. Throws when it cannot. */
export type PublishToTopic = (topicArn: string, subject: string, message: string) => void;

export interface AlarmOptions {
  readonly database: DatabaseSync;
  readonly accountId: string;
  readonly region: string;
  readonly metrics: MetricStore;
  readonly publish: PublishToTopic;
  readonly log: Log;
  readonly now: () => number;
  /** What alarms take for a minute, in milliseconds. */
  readonly minuteMs: number;
}

export interface Alarms {
  readonly store: AlarmStore;
  arnOf(name: string): string;
  /** Creates an alarm, or gives it other properties; its state stays. @throws TypeError for what is not supported */
  put(properties: Fields): string;
  delete(name: string): void;
  /** Sets an alarm's state, as an evaluation would, and runs its actions. */
  setState(name: string, state: StateValue, reason: string): void;
  /** Evaluates all alarms over the minutes that are over. */
  evaluateAll(): void;
}

/** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html */
export function createAlarms(options: AlarmOptions): Alarms {
  const { accountId, region, metrics, publish, log, now, minuteMs } = options;
  const store = openAlarmStore(options.database);
  const definitions = new Map<string, AlarmDefinition>();
  const startedAt = now();
  for (const { name, properties } of store.all()) {
    try {
      definitions.set(name, readAlarm(JSON.parse(properties) as Fields));
    } catch (error) {
      store.delete(name);
      log('warn', `The alarm ${name} of an earlier start is dropped`, { reason: String(error) });
    }
  }
  const arnOf = (name: string): string => `arn:aws:cloudwatch:${region}:${accountId}:alarm:${name}`;

  function change(alarm: AlarmDefinition, row: AlarmRow, to: StateValue, reason: string): void {
    const at = now();
    const { AlarmName: name } = alarm;
    store.setState(name, to, reason, at);
    store.addHistory(name, at, 'StateUpdate', `Alarm updated from ${row.state} to ${to}`, {
      version: '1.0',
      oldState: { stateValue: row.state, stateReason: row.reason },
      newState: { stateValue: to, stateReason: reason },
    });
    log(to === 'ALARM' ? 'warn' : 'info', `${to}: ${name}: ${reason}`, { alarm: name, state: to });
    if (!alarm.ActionsEnabled) return;
    const transition = { alarm, arn: arnOf(name), from: row.state, to, reason, at, updatedAt: row.updated_at };
    for (const topic of alarm.actions[to]) notify(name, topic, notificationOf(transition, { accountId, region }));
  }

  /** An action that fails is in the history, and in the log: CloudWatch does not try it again. */
  function notify(name: string, topic: string, { subject, message }: { subject: string; message: string }): void {
    try {
      publish(topic, subject, message);
      store.addHistory(name, now(), 'Action', `Successfully executed action ${topic}`, { actionState: 'Succeeded' });
    } catch (error) {
      log('error', `${name} could not notify ${topic}`, { reason: String(error) });
      const failed = { actionState: 'Failed', error: String(error) };
      store.addHistory(name, now(), 'Action', `Failed to execute action ${topic}`, failed);
    }
  }

  function evaluateOne(alarm: AlarmDefinition): void {
    const row = store.find(alarm.AlarmName);
    if (row === undefined) return;
    const lengthMs = (alarm.period / 60) * minuteMs;
    const end = Math.floor(now() / minuteMs) * minuteMs;
    const periods = { from: end - alarm.EvaluationPeriods * lengthMs, lengthMs, count: alarm.EvaluationPeriods };
    // Nothing was measured before the start, which is not the silence that such an alarm listens for.
    if (alarm.TreatMissingData === 'breaching' && periods.from < startedAt) return;
    const points = pointsOf(metrics, alarm.queries, periods)[alarm.watched];
    const datapoints = startsOf(periods).map((start) => ({ start, value: points?.get(start) }));
    const { state, reason } = evaluate(alarm, datapoints, row.state);
    if (state !== row.state) change(alarm, row, state, reason);
  }

  return {
    store,
    arnOf,
    put(properties) {
      const alarm = readAlarm(properties);
      const { AlarmName: name } = alarm;
      const before = store.find(name);
      definitions.set(name, alarm);
      if (before?.properties === JSON.stringify(properties)) return name;
      store.put(name, properties, now());
      const summary = `Alarm "${name}" ${before === undefined ? 'created' : 'updated'}`;
      store.addHistory(name, now(), 'ConfigurationUpdate', summary, {
        type: before === undefined ? 'Create' : 'Update',
      });
      return name;
    },
    delete(name) {
      definitions.delete(name);
      store.delete(name);
    },
    setState(name, state, reason) {
      const alarm = definitions.get(name);
      const row = store.find(name);
      if (alarm !== undefined && row !== undefined && row.state !== state) change(alarm, row, state, reason);
    },
    evaluateAll() {
      for (const alarm of definitions.values()) {
        try {
          evaluateOne(alarm);
        } catch (error) {
          log('error', `The alarm ${alarm.AlarmName} could not be evaluated`, { reason: String(error) });
        }
      }
    },
  };
}
