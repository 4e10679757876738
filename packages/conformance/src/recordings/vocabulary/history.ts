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
 */
export function withoutOrder(history: unknown): unknown {
  const events = eventsOf(history);
  const typeOf = new Map(events.map(({ id, type }) => [id, type]));
  const plain = events.map(({ id: _, previousEventId, ...event }) => ({
    ...event,
    previousEvent: typeOf.get(previousEventId) ?? 'none',
  }));
  return { ...(history as object), events: plain.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1)) };
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
