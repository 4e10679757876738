import type { OrderLine } from '@dure/contracts/values';
import type { PricedLine, Seen, Source } from './facts.ts';

export interface OrderPart {
  readonly status: 'placed' | 'confirmed' | 'shipped' | 'completed' | 'rejected' | 'cancelled';
  readonly confirmed: boolean;
  readonly total: number;
  readonly currency: string;
  readonly lines: readonly PricedLine[];
  /** When it ended. */
  readonly endedAt?: string;
}

export interface PaymentPart {
  /** What is held and what was taken, by payment. */
  readonly held: Readonly<Record<string, number>>;
  readonly taken: Readonly<Record<string, number>>;
  /** What was given back, by refund. */
  readonly refunds: Readonly<Record<string, { readonly amount: number; readonly at: string }>>;
  readonly refunded: number;
  /** What the provider refused to give back, and payments owes. */
  readonly owed?: number;
  /** How it ended where nothing was taken. */
  readonly last?: 'declined' | 'voided';
}

export interface ReservationPart {
  readonly status: 'reserved' | 'refused' | 'committed' | 'released' | 'expired' | 'returned';
  /** What left the stock, and what of it came back. */
  readonly committed?: readonly OrderLine[];
  readonly returned?: readonly OrderLine[];
}

export interface ParcelPart {
  readonly status: 'pending' | 'labelled' | 'dispatched' | 'delivered' | 'returned' | 'lost' | 'cancelled';
  readonly lines: readonly OrderLine[];
}

/** What came of a source: all up to `applied`, and `early` ones, before which some are missing. */
export interface SourcePart {
  readonly applied: number;
  readonly early: readonly Seen[];
  /** The time of its latest applied event. */
  readonly at?: string;
}

/** What others told of an order, and no more of it than is compared. */
export interface Copy {
  readonly order?: OrderPart;
  readonly payment?: PaymentPart;
  readonly reservation?: ReservationPart;
  readonly parcels: Readonly<Record<string, ParcelPart>>;
  /** Shipping told that all parcels have left. */
  readonly dispatched?: boolean;
  readonly sources: Readonly<Partial<Record<Source, SourcePart>>>;
}

export const emptyCopy: Copy = { parcels: {}, sources: {} };

export const isUndone = ({ status }: OrderPart): boolean => status === 'rejected' || status === 'cancelled';

export const hasEnded = (order: OrderPart): boolean => isUndone(order) || order.status === 'completed';

const sum = (amounts: Readonly<Record<string, number>> = {}): number =>
  Object.values(amounts).reduce((total, amount) => total + amount, 0);

const quantity = (lines: readonly OrderLine[] = []): number => lines.reduce((total, line) => total + line.quantity, 0);

/** Whether all that had left the stock is back in it. */
export const isAllBack = ({ committed, returned }: ReservationPart): boolean =>
  quantity(returned) >= quantity(committed);

export const heldAmount = ({ payment }: Copy): number => sum(payment?.held);
export const refundedAmount = ({ payment }: Copy): number => payment?.refunded ?? 0;
export const owedAmount = ({ payment }: Copy): number => payment?.owed ?? 0;
/** Where a refund was told but no capture, there was one all the same. */
export const takenAmount = (copy: Copy): number => Math.max(sum(copy.payment?.taken), refundedAmount(copy));

export const parcelsOf = (copy: Copy): readonly ParcelPart[] => Object.values(copy.parcels);

export const isOnItsWay = ({ status }: ParcelPart): boolean =>
  status === 'pending' || status === 'labelled' || status === 'dispatched';

export const hasGap = (copy: Copy): boolean => Object.values(copy.sources).some(({ early }) => early.length > 0);

/** When the last of the events came to be that made it what it is. */
export const lastAt = (copy: Copy): string | undefined =>
  Object.values(copy.sources)
    .map(({ at }) => at)
    .filter((at) => at !== undefined)
    .sort()
    .at(-1);
