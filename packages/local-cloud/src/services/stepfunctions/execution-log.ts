import type { History } from '@dure/states-language/run';
import { AwsError } from '@dure/aws-protocols/aws-error';
import { isObject } from '@dure/states-language/json';
import { detailsOf } from './history.ts';

/** How the events of executions are logged, as CreateStateMachine takes it. */
export interface Logging {
  readonly level: 'ALL' | 'ERROR' | 'FATAL' | 'OFF';
  readonly includeExecutionData: boolean;
  readonly destinations?: readonly { readonly cloudWatchLogsLogGroup: { readonly logGroupArn: string } }[];
}

/** Writes a line into a stream of a log group. */
export type WriteLog = (logGroupArn: string, stream: string, message: string) => void;

export const NO_LOGGING: Logging = { level: 'OFF', includeExecutionData: false };

const LEVELS = ['ALL', 'ERROR', 'FATAL', 'OFF'];
/** What each level logs. Source: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-log-level */
const LOGGED: Readonly<Record<Logging['level'], RegExp>> = {
  ALL: /./,
  ERROR: /(Failed|Aborted|TimedOut)$|^FailStateEntered$/,
  FATAL: /^Execution(Failed|Aborted|TimedOut)$/,
  OFF: /(?!)/,
};

/** Where AWS writes one line when a log group becomes that of a state machine, to see whether it may. */
const TRIAL_STREAM = 'log_stream_created_by_aws_to_validate_log_delivery_subscriptions';
const TRIAL =
  'Permissions are set correctly to allow AWS CloudWatch Logs to write into your logs while creating a subscription.';

const groupIn = ({ destinations }: Logging): string | undefined =>
  destinations?.[0]?.cloudWatchLogsLogGroup.logGroupArn;

const refusal = (reason: string): AwsError =>
  new AwsError('InvalidLoggingConfiguration', `Invalid Logging Configuration: ${reason}`);

/** Looks for the log group of a state machine that is to be made or changed, and writes the first line into it. */
export function loggingChecker(writeLog: WriteLog, hasLogGroup?: (logGroupArn: string) => boolean) {
  /** @throws AwsError */
  return (logging: Logging, before: Logging = NO_LOGGING): void => {
    const group = groupIn(logging);
    if (group === undefined || group === groupIn(before)) return;
    if (hasLogGroup?.(group) === false) throw refusal('Log Destination not found.');
    writeLog(group, TRIAL_STREAM, TRIAL);
  };
}

/** Reads a `loggingConfiguration`. @throws AwsError */
export function readLogging(value: unknown): Logging {
  if (value === undefined || value === null) return NO_LOGGING;
  if (!isObject(value)) throw refusal('It must be an object.');
  const { level = 'OFF', includeExecutionData = false, destinations = [] } = value;
  if (!LEVELS.includes(String(level))) throw refusal(`The level must be one of ${LEVELS.join(', ')}.`);
  if (typeof includeExecutionData !== 'boolean') throw refusal('includeExecutionData must be true or false.');
  if (level === 'OFF' && value['destinations'] === undefined) return { level, includeExecutionData };
  if (level === 'OFF' && Array.isArray(destinations) && destinations.length === 0) {
    return { level, includeExecutionData, destinations: [] };
  }
  if (!Array.isArray(destinations) || destinations.length !== 1) {
    throw refusal('Must specify exactly one Log Destination.');
  }
  const [destination] = destinations as unknown[];
  const group = isObject(destination) ? destination['cloudWatchLogsLogGroup'] : undefined;
  const logGroupArn = isObject(group) ? group['logGroupArn'] : undefined;
  if (typeof logGroupArn !== 'string' || !/^arn:aws[\w-]*:logs:[^:]*:\d*:log-group:.+/.test(logGroupArn)) {
    throw refusal('The logGroupArn must be the ARN of a log group.');
  }
  const destinationsRead = [{ cloudWatchLogsLogGroup: { logGroupArn } }];
  return { level: level as Logging['level'], includeExecutionData, destinations: destinationsRead };
}

interface Target {
  readonly executionArn: string;
  readonly logging: Logging;
  readonly writeLog: WriteLog;
  readonly now: () => number;
}

/** The history, with its events written into the log group of the state machine as AWS writes them. */
export function withLog(history: History, { executionArn, logging, writeLog, now }: Target): History {
  const logGroupArn = groupIn(logging);
  if (logGroupArn === undefined) return history;
  const stream = `states/${executionArn.split(':')[6]}`;
  return {
    add(type, previousId, details) {
      const id = history.add(type, previousId, details);
      if (!LOGGED[logging.level].test(type)) return id;
      const line = {
        id: String(id),
        type,
        details: detailsOf(details === undefined ? '{}' : JSON.stringify(details), logging.includeExecutionData),
        previous_event_id: String(previousId),
        event_timestamp: String(now()),
        execution_arn: executionArn,
        redrive_count: '0',
      };
      writeLog(logGroupArn, stream, JSON.stringify(line));
      return id;
    },
  };
}
