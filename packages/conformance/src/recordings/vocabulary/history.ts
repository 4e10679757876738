import { isDict } from '../reader/values.ts';

/** Types of events by which an execution does several things at a time, whose order AWS does not promise. */
const SEVERAL = new Set(['ParallelStateStarted', 'MapStateStarted']);

export interface HistoryEvent extends Record<string, unknown> {
  readonly id: number;
  readonly previousEventId: number;
  readonly type: string;
}

/** Whether branches or iterations may have run in another order than the recorded one. */
export const hasBranches = (history: unknown): boolean => eventsOf(history).some(({ type }) => SEVERAL.has(type));

/**
 * The events of such a history in an order of their own, each with the type of the event before it instead of its
 * number.
 * @param withoutPlace leaves out the event before too, which the recording does not have
 */
export function withoutOrder(history: unknown, withoutPlace = false): unknown {
  const events = eventsOf(history);
  const typeOf = new Map(events.map(({ id, type }) => [id, type]));
  const kept = withoutPlace ? events.filter((event) => !isLeftOut(event, events)) : events;
  const plain = kept.map(({ id: _, previousEventId, ...event }) => ({
    ...event,
    previousEvent: withoutPlace ? 'any' : (typeOf.get(previousEventId) ?? 'none'),
  }));
  return { ...(history as object), events: plain.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1)) };
}

/** The recordings without places have neither the success of a Parallel state nor the exit of an inner one. */
function isLeftOut(event: HistoryEvent, events: readonly HistoryEvent[]): boolean {
  if (event.type === 'ParallelStateSucceeded') return true;
  if (event.type !== 'ParallelStateExited') return false;
  const at = (type: string, name: unknown): number =>
    events.findIndex((one) => one.type === type && nameOf(one) === name);
  const entered = at('ParallelStateEntered', nameOf(event));
  const outer = events.slice(0, Math.max(0, entered)).filter(({ type }) => type === 'ParallelStateEntered');
  return outer.some((one) => at('ParallelStateExited', nameOf(one)) > events.indexOf(event));
}

function nameOf(event: HistoryEvent): unknown {
  const details = event['stateEnteredEventDetails'] ?? event['stateExitedEventDetails'];
  return isDict(details) ? details['name'] : undefined;
}

function keyOf({ type, previousEvent, timestamp: _, ...details }: Record<string, unknown>): string {
  return JSON.stringify([type, previousEvent, plainly(details)]);
}

/** Details with members in one order, and JSON in texts as what it is. */
function plainly(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainly);
  if (typeof value === 'string' && /^[[{]/.test(value)) {
    try {
      return plainly(JSON.parse(value));
    } catch {
      return value;
    }
  }
  if (!isDict(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .toSorted()
      .map((key) => [key, plainly(value[key])]),
  );
}

const eventsOf = (history: unknown): readonly HistoryEvent[] =>
  isDict(history) && Array.isArray(history['events']) ? (history['events'] as HistoryEvent[]) : [];
