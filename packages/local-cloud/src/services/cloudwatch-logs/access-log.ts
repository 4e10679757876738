import { type LogStore, recordOf } from '../../shared/log-store.ts';
import { instantOf, STREAM } from './log-line.ts';
import type { HandLine } from './readers.ts';

/** Writes a line of an API's access log into the log group that its stage names, and hands it to who reads that. */
export const accessLogIn =
  (store: LogStore, hand: HandLine) =>
  (destinationArn: string, line: string): void => {
    const record = recordOf({ service: 'apigateway', function: 'access-log' }, 'stdout', line);
    const logGroup = groupOf(destinationArn);
    store.write({ ...record, logGroup, text: line });
    hand(logGroup, { logStream: STREAM, timestamp: instantOf(record.time), message: line });
  };

/** `arn:aws:logs:us-east-1:000000000000:log-group:/aws/x:*` → `/aws/x` */
export const groupOf = (arn: string): string => (arn.split(':log-group:').at(-1) ?? '').replace(/:\*$/, '');
