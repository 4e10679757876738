import { isObject, parseJson } from '@dure/local-http/json';
import type { LogStore } from '../../shared/log-store.ts';
import { groupOf } from './access-log.ts';

/**
 * Writes an event of a rule, or a line of another service, into a log group. An input of a timestamp and a message is taken apart, as on AWS.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
 */
export const writeEventsIn =
  (store: LogStore) =>
  (destinationArn: string, input: string, service = 'eventbridge', logStream?: string): void => {
    const given = parseJson(input);
    const isApart = isObject(given) && typeof given['message'] === 'string' && typeof given['timestamp'] === 'number';
    const time = new Date(isApart ? Number(given['timestamp']) : Date.now()).toISOString();
    const message = isApart ? String(given['message']) : input;
    const line = { time, service, level: 'info', message, logGroup: groupOf(destinationArn) };
    store.write({ ...line, ...(logStream !== undefined && { logStream }) });
  };
