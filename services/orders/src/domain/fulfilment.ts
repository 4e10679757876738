import type { Parcel } from './order.ts';

/** What is known of an order whose parcels have left. Each is a fact once it is known, whichever command it answers. */
export interface Fulfilment {
  readonly parcels?: readonly Parcel[];
  readonly captured: boolean;
  readonly committed: boolean;
}

export type FulfilmentPart = 'captured' | 'committed';

/** Whether the order can be shipped: its payment is captured and its stock committed. */
export const isFulfilled = ({ captured, committed }: Fulfilment): boolean => captured && committed;
