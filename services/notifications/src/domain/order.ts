import type { Milestone } from '@dure/contracts/notifications';
import type { Money } from '@dure/contracts/values';

export type OrderStatus = Exclude<Milestone, 'refunded'>;

export interface Line {
  readonly sku: string;
  readonly quantity: number;
  /** Missing for an unknown product. */
  readonly title?: string;
  readonly unitPrice?: Money;
}

export interface Parcel {
  readonly shipmentId: string;
  readonly carrier: string;
  readonly trackingNumber: string;
}

/** What an event of another service says about an order. */
export interface Fact {
  /** The service that published the event, and the event's sequence. */
  readonly source: { readonly owner: string; readonly sequence: number };
  readonly eventId: string;
  /** Identifies a fact that several events may repeat, such as an answer that is given twice. */
  readonly key?: string;
  readonly at: string;
  readonly milestone: Milestone;
  readonly customerId?: string;
  /** The customer and the goods, if the event contains them. */
  readonly known?: Pick<Order, 'email' | 'country' | 'lines' | 'total'>;
  /** The public part: neither names nor addresses. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** The service's own copy of the order data that it needs. */
export interface Order {
  readonly orderId: string;
  readonly customerId?: string;
  readonly email?: string;
  readonly country?: string;
  readonly lines?: readonly Line[];
  readonly total?: Money;
  readonly status?: OrderStatus;
  /** The sequence of the order event that set the status. */
  readonly statusSequence: number;
  /** The facts that were recorded, by `<owner>#<sequence>` or their key: a repeated fact is ignored. */
  readonly learnt: readonly string[];
  /** Counts the changes of this copy. */
  readonly version: number;
}

/** One entry of the order's progress, as followers receive it. */
export interface News {
  /** Counts the entries of the order, from 1, without gaps. */
  readonly sequence: number;
  readonly milestone: Milestone;
  readonly status: OrderStatus;
  readonly at: string;
  readonly eventId: string;
  readonly orderSequence?: number;
  readonly details: Readonly<Record<string, unknown>>;
}

export const unknownOrder = (orderId: string): Order => ({ orderId, statusSequence: 0, learnt: [], version: 0 });

/** The service whose events set an order's status. */
const ORDERS = 'orders';

/**
 * Applies a fact: returns the order as it is known now, and the progress entry; undefined for a fact that was recorded
 * before. Facts may arrive in any order: the newest sets the status, and missing data is filled in.
 */
export function applyFact(order: Order, fact: Fact): { readonly order: Order; readonly news: News } | undefined {
  const { source, milestone, known } = fact;
  const key = `${source.owner}#${fact.key ?? source.sequence}`;
  if (order.learnt.includes(key)) return undefined;
  const ofOrder = milestone !== 'refunded' && source.owner === ORDERS;
  const newer = ofOrder && source.sequence > order.statusSequence;
  const status = newer ? milestone : (order.status ?? 'placed');
  return {
    order: {
      ...known,
      ...withoutUndefined(order),
      customerId: order.customerId ?? fact.customerId,
      // OrderPlaced has titles and prices; OrderRejected has neither.
      ...(milestone === 'placed' && known),
      ...(newer && { status, statusSequence: source.sequence }),
      learnt: [...order.learnt, key],
      version: order.version + 1,
    },
    news: {
      sequence: order.learnt.length + 1,
      milestone,
      status,
      at: fact.at,
      eventId: fact.eventId,
      ...(ofOrder && { orderSequence: source.sequence }),
      details: fact.details,
    },
  };
}

const withoutUndefined = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, it]) => it !== undefined)) as T;
