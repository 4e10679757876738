import type { Milestone } from '@dure/contracts/notifications';
import type { Money } from '@dure/contracts/values';

export type OrderStatus = Exclude<Milestone, 'refunded'>;

export interface Line {
  readonly sku: string;
  readonly quantity: number;
  /** Missing where the product was unknown. */
  readonly title?: string;
  readonly unitPrice?: Money;
}

export interface Parcel {
  readonly shipmentId: string;
  readonly carrier: string;
  readonly trackingNumber: string;
}

/** What an event of another service told. */
export interface Fact {
  /** Whose event it was, and its number among those of its subject. */
  readonly source: { readonly owner: string; readonly sequence: number };
  readonly eventId: string;
  /** What it is a fact of, where that may be told again by another event: an answer that is given twice. */
  readonly key?: string;
  readonly at: string;
  readonly milestone: Milestone;
  readonly customerId?: string;
  /** Of the customer and the goods, where the event has them. */
  readonly known?: Pick<Order, 'email' | 'country' | 'lines' | 'total'>;
  /** What may be told to anyone who is told of it: neither names nor addresses. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** The service's own copy of what it needs of an order. */
export interface Order {
  readonly orderId: string;
  readonly customerId?: string;
  readonly email?: string;
  readonly country?: string;
  readonly lines?: readonly Line[];
  readonly total?: Money;
  readonly status?: OrderStatus;
  /** The number of the order's event that gave the status. */
  readonly statusSequence: number;
  /** The facts that were learnt, by `<owner>#<sequence>` or their key: another message with the same fact is no news. */
  readonly learnt: readonly string[];
  /** The changes of this copy. */
  readonly version: number;
}

/** One entry of the order's progress, as those who follow it are told. */
export interface News {
  /** Counts the news of the order, from 1, without gaps. */
  readonly sequence: number;
  readonly milestone: Milestone;
  readonly status: OrderStatus;
  readonly at: string;
  readonly eventId: string;
  readonly orderSequence?: number;
  readonly details: Readonly<Record<string, unknown>>;
}

export const unknownOrder = (orderId: string): Order => ({ orderId, statusSequence: 0, learnt: [], version: 0 });

/** Whose events make an order's status. */
const ORDERS = 'orders';

/**
 * Takes a fact in: the order as it is known now, and the news. Undefined for what was learnt before. Facts may come in
 * any order: the status is that of the newest, and what is missing is filled in.
 */
export function learn(order: Order, fact: Fact): { readonly order: Order; readonly news: News } | undefined {
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
      // What an order was placed with has titles and prices; a rejection has neither.
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
