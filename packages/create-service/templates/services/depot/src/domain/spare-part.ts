import type { Money } from '@dure/contracts/values';
import type { SparePartEvent } from './spare-part-events.ts';

/** What is recorded of a spare part. */
export interface SparePartFields {
  readonly label: string;
  readonly amount: Money;
}

export interface SparePart extends SparePartFields {
  readonly sparePartId: string;
  /** Counts its events: what it is after its nth event is its version n. */
  readonly version: number;
  readonly updatedAt: string;
}

/** One event of a spare part, as the list of changes shows it. */
export interface SparePartChange extends SparePartFields {
  readonly sequence: number;
  readonly recordedAt: string;
}

/** Records a spare part, or records it anew; what changes nothing causes no event. The amount keeps its currency. */
export function recordSparePart(
  state: SparePart | undefined,
  sparePartId: string,
  fields: SparePartFields,
): SparePartEvent[] | 'spare-part-currency' {
  if (state !== undefined && isSame(state, fields)) return [];
  if (state !== undefined && state.amount.currency !== fields.amount.currency) return 'spare-part-currency';
  return [{ type: 'SparePartRecorded', sparePartId, ...fields }];
}

/** The spare part after an event at `time`. Each event has all that is recorded. */
export function evolve(state: SparePart | undefined, event: SparePartEvent, time: string): SparePart {
  const { type: _, ...recorded } = event;
  return { ...recorded, version: (state?.version ?? 0) + 1, updatedAt: time };
}

const isSame = (a: SparePartFields, b: SparePartFields): boolean =>
  a.label === b.label && a.amount.amount === b.amount.amount && a.amount.currency === b.amount.currency;
