import type { Copy, SourcePart } from './copy.ts';
import { evolve } from './evolve.ts';
import type { SourceEvent } from './facts.ts';

/** An order has a few dozen events; this many early ones are stored with it, others come again through the queue. */
export const MAX_EARLY = 50;

/** As many early events of a source are stored as allowed. */
export class TooManyEarly extends Error {
  override readonly name = 'TooManyEarly';
}

const nothing: SourcePart = { applied: 0, early: [] };

/**
 * The copy with an event applied; undefined when it was applied before. Events are applied by sequence, in any order
 * they arrive: an early one waits for those before it. Two versions of one event have one number, which the version that
 * is read takes.
 * @throws {@link TooManyEarly}
 */
export function ingest(copy: Copy, seen: SourceEvent): Copy | undefined {
  if (seen.fact.type === 'OtherVersion') return undefined;
  const { applied, early, at } = copy.sources[seen.source] ?? nothing;
  if (seen.sequence <= applied || early.some(({ sequence }) => sequence === seen.sequence)) return undefined;
  const waiting = [...early, seen].sort((one, other) => one.sequence - other.sequence);
  const ready = waiting.filter(({ sequence }, index) => sequence === applied + index + 1);
  if (waiting.length - ready.length > MAX_EARLY) {
    throw new TooManyEarly(`${MAX_EARLY} events of ${seen.source} wait for number ${applied + 1}.`);
  }
  const part: SourcePart = {
    applied: applied + ready.length,
    early: waiting.slice(ready.length),
    at: ready.at(-1)?.time ?? at,
  };
  const after = ready.reduce((it, { fact, time }) => evolve(it, fact, time), copy);
  return { ...after, sources: { ...after.sources, [seen.source]: part } };
}

/** The events that cannot be ingested now, with the reason. */
export type Refused = ReadonlyMap<SourceEvent, TooManyEarly>;

/** The copy with some events applied, and what is refused; the same copy when all were applied before. */
export function ingestAll(
  copy: Copy,
  events: readonly SourceEvent[],
): { readonly copy: Copy; readonly refused: Refused } {
  const refused = new Map<SourceEvent, TooManyEarly>();
  let after = copy;
  // In their order, so that an event does not count as early while the one before it is at hand.
  for (const event of events.toSorted((one, other) => one.sequence - other.sequence)) {
    try {
      after = ingest(after, event) ?? after;
    } catch (error) {
      if (!(error instanceof TooManyEarly)) throw error;
      refused.set(event, error);
    }
  }
  return { copy: after, refused };
}

/** How many events of a source arrived, and how many exist judging by the highest sequence. */
export function eventsOf({ applied, early }: SourcePart): { readonly seen: number; readonly expected: number } {
  return { seen: applied + early.length, expected: early.at(-1)?.sequence ?? applied };
}
