import type { OrderLine } from '@dure/contracts/values';
import type { PricedLine, SourceEvent, Source } from './facts.ts';

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
  /** The held and the taken amounts, by payment. */
  readonly held: Readonly<Record<string, number>>;
  readonly taken: Readonly<Record<string, number>>;
  /** The refunds, by id. */
  readonly refunds: Readonly<Record<string, { readonly amount: number; readonly at: string }>>;
  readonly refunded: number;
  /** What the provider refused to refund, and payments owes. */
  readonly owed?: number;
  /** How it ended if nothing was taken. */
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

/** The events of a source: all up to `applied`, and `early` ones that wait for missing ones. */
export interface SourcePart {
  readonly applied: number;
  readonly early: readonly SourceEvent[];
  /** The time of the latest applied event. */
  readonly at?: string;
}

/** What the services said about an order, limited to what is compared. */
export interface Copy {
  readonly order?: OrderPart;
  readonly payment?: PaymentPart;
  readonly reservation?: ReservationPart;
  readonly parcels: Readonly<Record<string, ParcelPart>>;
  /** Shipping reported that all parcels have left. */
  readonly dispatched?: boolean;
  readonly sources: Readonly<Partial<Record<Source, SourcePart>>>;
}

export const emptyCopy: Copy = { parcels: {}, sources: {} };

export const isUndone = ({ status }: OrderPart): boolean => status === 'rejected' || status === 'cancelled';

export const hasEnded = (order: OrderPart): boolean => isUndone(order) || order.status === 'completed';

const sum = (amounts: Readonly<Record<string, number>> = {}): number =>
  Object.values(amounts).reduce((total, amount) => total + amount, 0);

const quantity = (lines: readonly OrderLine[] = []): number => lines.reduce((total, line) => total + line.quantity, 0);

/** Whether everything that left the stock is back. */
export const isAllBack = ({ committed, returned }: ReservationPart): boolean =>
  quantity(returned) >= quantity(committed);

export const heldAmount = ({ payment }: Copy): number => sum(payment?.held);
export const refundedAmount = ({ payment }: Copy): number => payment?.refunded ?? 0;
export const owedAmount = ({ payment }: Copy): number => payment?.owed ?? 0;
/** A refund implies a capture, even if none was reported. */
export const takenAmount = (copy: Copy): number => Math.max(sum(copy.payment?.taken), refundedAmount(copy));

export const parcelsOf = (copy: Copy): readonly ParcelPart[] => Object.values(copy.parcels);

export const isOnItsWay = ({ status }: ParcelPart): boolean =>
  status === 'pending' || status === 'labelled' || status === 'dispatched';

export const hasGap = (copy: Copy): boolean => Object.values(copy.sources).some(({ early }) => early.length > 0);

/** The time of the last event that was applied. */
export const lastAt = (copy: Copy): string | undefined =>
  Object.values(copy.sources)
    .map(({ at }) => at)
    .filter((at) => at !== undefined)
    .sort()
    .at(-1);
