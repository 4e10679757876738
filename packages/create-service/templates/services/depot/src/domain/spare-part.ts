import type { Money } from '@dure/contracts/values';

/** What is recorded of a spare part. */
export interface SparePartFields {
  readonly label: string;
  readonly amount: Money;
}

export interface SparePart extends SparePartFields {
  readonly sparePartId: string;
  /** The order that it was recorded for. */
  readonly orderId?: string;
  /** Counts its events: what it is after its nth event is its version n. */
  readonly version: number;
  readonly updatedAt: string;
}

export type SparePartCommand =
  | { readonly type: 'record'; readonly sparePartId: string; readonly fields: SparePartFields }
  | {
      readonly type: 'recordOrder';
      readonly sparePartId: string;
      readonly fields: SparePartFields;
      readonly orderId: string;
    };

export interface SparePartEvent extends SparePartFields {
  readonly type: 'SparePartRecorded';
  readonly sparePartId: string;
  readonly orderId?: string;
}

export type SparePartRejection = 'spare-part-of-order';

/** Decides on a command; what changes nothing is no event. The amount of an order stays as it is. */
export function decide(command: SparePartCommand, state: SparePart | undefined): SparePartEvent[] | SparePartRejection {
  const { sparePartId, fields } = command;
  switch (command.type) {
    case 'record':
      if (state !== undefined && isSame(state, fields)) return [];
      if (state?.orderId !== undefined && !isSameAmount(state, fields)) return 'spare-part-of-order';
      return [{ type: 'SparePartRecorded', sparePartId, ...fields, orderId: state?.orderId }];
    case 'recordOrder':
      if (state?.orderId !== undefined) return [];
      return [{ type: 'SparePartRecorded', sparePartId, ...fields, orderId: command.orderId }];
    default:
      return command satisfies never;
  }
}

/** The spare part after an event at `time`. */
export function evolve(state: SparePart | undefined, event: SparePartEvent, time: string): SparePart {
  const { type: _, ...recorded } = event;
  return { ...recorded, version: (state?.version ?? 0) + 1, updatedAt: time };
}

const isSame = (a: SparePartFields, b: SparePartFields): boolean => a.label === b.label && isSameAmount(a, b);

const isSameAmount = (a: SparePartFields, b: SparePartFields): boolean =>
  a.amount.amount === b.amount.amount && a.amount.currency === b.amount.currency;
