import type { Money } from '@dure/contracts/values';

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

export interface SparePartCommand {
  readonly type: 'record';
  readonly sparePartId: string;
  readonly fields: SparePartFields;
}

export interface SparePartEvent extends SparePartFields {
  readonly type: 'SparePartRecorded';
  readonly sparePartId: string;
}

/** One event of a spare part, as the list of changes shows it. */
export interface SparePartChange extends SparePartFields {
  readonly sequence: number;
  readonly recordedAt: string;
}

export type SparePartRejection = 'spare-part-currency';

/** Decides on a command; a command that changes nothing causes no event. The amount keeps its currency. */
export function decide(command: SparePartCommand, state: SparePart | undefined): SparePartEvent[] | SparePartRejection {
  const { type, sparePartId, fields } = command;
  switch (type) {
    case 'record':
      if (state !== undefined && isSame(state, fields)) return [];
      if (state !== undefined && state.amount.currency !== fields.amount.currency) return 'spare-part-currency';
      return [{ type: 'SparePartRecorded', sparePartId, ...fields }];
    default:
      return type satisfies never;
  }
}

/** The spare part after an event at `time`. */
export function evolve(state: SparePart | undefined, event: SparePartEvent, time: string): SparePart {
  const { type: _, ...recorded } = event;
  return { ...recorded, version: (state?.version ?? 0) + 1, updatedAt: time };
}

const isSame = (a: SparePartFields, b: SparePartFields): boolean =>
  a.label === b.label && a.amount.amount === b.amount.amount && a.amount.currency === b.amount.currency;
