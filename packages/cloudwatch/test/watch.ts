import type { Server } from 'node:http';
import { DatabaseSync } from 'node:sqlite';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { createAwsJsonServer } from '@dure/aws-protocols/aws-json';
import { createAlarms } from '../src/alarms.ts';
import { createCloudWatch } from '../src/index.ts';
import { openMetricStore } from '../src/metric-store.ts';

export const account = { accountId: '000000000000', region: 'us-east-1' };
export const MINUTE = 60_000;
/** The beginning of a minute. */
export const START = Date.parse('2026-01-05T09:30:00Z');

/** Metrics and alarms with a clock of the test's own, evaluated when the test says so. */
export function createWatch(database = new DatabaseSync(':memory:')) {
  const clock = { now: START };
  const now = () => clock.now;
  const published: { topic: string; subject: string; message: Record<string, unknown> }[] = [];
  const logged: string[] = [];
  const log = (_level: string, message: string) => void logged.push(message);
  const metrics = openMetricStore({ database, bucketMs: MINUTE, now, log });
  const alarms = createAlarms({
    ...{ ...account, database, metrics, log, now, minuteMs: MINUTE },
    publish: (topic, subject, message) => {
      if (topic.endsWith('broken')) throw new Error('There is no such topic.');
      published.push({ topic, subject, message: JSON.parse(message) as Record<string, unknown> });
    },
  });
  return { clock, metrics, alarms, published, logged };
}

/** An alarm on errors of a function: more than none in a minute. */
export const errorsAlarm = (changes: object = {}) => ({
  AlarmName: 'errors',
  AlarmDescription: 'Calls of the function threw.',
  Namespace: 'AWS/Lambda',
  MetricName: 'Errors',
  Dimensions: [{ Name: 'FunctionName', Value: 'relay' }],
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 0,
  ComparisonOperator: 'GreaterThanThreshold',
  TreatMissingData: 'notBreaching',
  AlarmActions: ['arn:aws:sns:us-east-1:000000000000:alerts'],
  OKActions: ['arn:aws:sns:us-east-1:000000000000:alerts'],
  ...changes,
});

export const errors = { namespace: 'AWS/Lambda', name: 'Errors', dimensions: { FunctionName: 'relay' } };

/** CloudWatch over HTTP, with the SDK's client. */
export async function serveCloudWatch(database = new DatabaseSync(':memory:')) {
  const cloudWatch = createCloudWatch({ ...account, database, publish: () => {}, log: () => {} });
  const server: Server = createAwsJsonServer({ GraniteServiceVersion20100801: cloudWatch.handle });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  const client = new CloudWatchClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: account.region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const stop = async (): Promise<void> => {
    client.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await cloudWatch.stop();
  };
  return { client, cloudWatch, stop };
}
