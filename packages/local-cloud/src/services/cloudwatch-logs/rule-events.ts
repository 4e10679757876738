import { isObject, parseJson } from '@dure/local-http/json';
import type { LogStore } from '../../shared/log-store.ts';
import { groupOf } from './access-log.ts';
import { STREAM } from './log-line.ts';
import type { HandLine } from './readers.ts';

/**
 * Writes an event of a rule, or a line of another service, into a log group, and hands it to who reads that. An input of
 * a timestamp and a message is taken apart, as on AWS.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
 */
export const writeEventsIn =
  (store: LogStore, hand: HandLine) =>
  (destinationArn: string, input: string, service = 'eventbridge', logStream?: string): void => {
    const { message, timestamp } = partsOf(input) ?? { message: input, timestamp: Date.now() };
    const logGroup = groupOf(destinationArn);
    const line = { time: new Date(timestamp).toISOString(), service, level: 'info', message, logGroup };
    store.write({ ...line, ...(logStream !== undefined && { logStream }) });
    hand(logGroup, { logStream: logStream ?? STREAM, timestamp, message });
  };

function partsOf(input: string): { readonly message: string; readonly timestamp: number } | undefined {
  const { message, timestamp } = objectOf(parseJson(input));
  if (typeof message !== 'string' || typeof timestamp !== 'number') return undefined;
  return Number.isNaN(new Date(timestamp).getTime()) ? undefined : { message, timestamp };
}

const objectOf = (value: unknown): Readonly<Record<string, unknown>> => (isObject(value) ? value : {});
