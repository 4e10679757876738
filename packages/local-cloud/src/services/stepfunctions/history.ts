import type { History } from '@dure/states-language/run';
import { runtimeError } from '@dure/states-language/state-error';
import type { EventRow, Store } from './store.ts';

/** AWS ends an execution that reaches this many events; here it also ends a loop that never stops. */
const MAX_EVENTS = 25_000;

/**
 * The history of one running execution, written at once. An event names the one before in its branch as its
 * `previousEventId`.
 * Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
 */
export function createHistory(store: Store, execution: number, now: () => number): History {
  let lastId = 0;
  return {
    add(type, previousId, details) {
      const isLast = type.startsWith('Execution') && type !== 'ExecutionStarted';
      if (lastId >= MAX_EVENTS - 1 && !isLast) {
        throw runtimeError(`The execution reached the maximum number of history events (${MAX_EVENTS}).`);
      }
      lastId += 1;
      const json = details === undefined ? null : JSON.stringify(details);
      store.addEvent(execution, { id: lastId, previous_id: previousId, timestamp: now(), type, details: json });
      return lastId;
    },
  };
}

/** An event as GetExecutionHistory answers it: times in seconds since 1970, details under the key of its type. */
export function toHistoryEvent(row: EventRow, includeExecutionData: boolean): Record<string, unknown> {
  const event = { timestamp: row.timestamp / 1000, type: row.type, id: row.id, previousEventId: row.previous_id };
  if (row.details === null) return event;
  return { ...event, [detailsKey(row.type)]: detailsOf(row.details, includeExecutionData) };
}

/** The details of an event, from JSON, with or without the data in them. */
export function detailsOf(json: string, includeExecutionData: boolean): Record<string, unknown> {
  const details = JSON.parse(json) as Record<string, unknown>;
  for (const field of ['input', 'output', 'parameters', 'assignedVariables']) {
    if (details[field] === undefined) continue;
    if (!includeExecutionData) delete details[field];
    else if (field !== 'parameters') details[`${field}Details`] = { truncated: false };
  }
  return details;
}

function detailsKey(type: string): string {
  if (type.endsWith('StateEntered')) return 'stateEnteredEventDetails';
  if (type.endsWith('StateExited')) return 'stateExitedEventDetails';
  return `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
}
