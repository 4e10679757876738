import type { OrderLine } from '@dure/contracts/values';
import type { Order } from '@dure/testing/shop/shop';

/** An order of the demo and its expected end. */
export interface Story {
  readonly title: string;
  readonly currency: string;
  readonly items: readonly OrderLine[];
  readonly paymentMethod?: string;
  /** The sandbox carrier's story for its parcel, unless it simply arrives. */
  readonly carrier?: string;
  readonly status: Order['status'];
  readonly reason?: Order['reason'];
  /** The event after which the customer cancels. */
  readonly cancelAfter?: string;
  /** Takes long: started first, and followed last. */
  readonly slow?: boolean;
  /** The last event of its progress; some follow after the order has ended. */
  readonly lastEvent: string;
}

const one = (sku: string): OrderLine => ({ sku, quantity: 1 });
const EDITION = 'CHAIR-LIMITED';
/** More than the shop ever has in stock. */
const TOO_MANY: OrderLine = { sku: EDITION, quantity: 40 };

const completed = { status: 'completed', lastEvent: 'OrderCompleted' } as const;
const rejected = { status: 'rejected', lastEvent: 'OrderRejected' } as const;
const cancelled = { status: 'cancelled', reason: 'customer-request', lastEvent: 'OrderCancelled' } as const;

export const stories: readonly Story[] = [
  {
    title: 'Paid by card',
    currency: 'EUR',
    items: [{ sku: 'MUG-WHITE', quantity: 2 }, one('TEAPOT-IRON')],
    ...completed,
  },
  {
    title: 'Three lines, in won',
    currency: 'KRW',
    items: [one('DOJAGI-BOWL'), one('HANJI-LAMP'), one('NORIGAE')],
    ...completed,
  },
  {
    title: 'The provider fails twice, then approves',
    currency: 'USD',
    items: [one('NOTEBOOK-A5')],
    paymentMethod: 'pm_sandbox_flaky',
    ...completed,
  },
  {
    title: 'The provider approves, but answers late',
    currency: 'EUR',
    items: [one('LAMP-DESK')],
    paymentMethod: 'pm_sandbox_late',
    ...completed,
  },
  { title: 'Out of stock', currency: 'EUR', items: [TOO_MANY], reason: 'out-of-stock', ...rejected },
  {
    title: 'One line of three is out of stock',
    currency: 'EUR',
    items: [one('MUG-BLUE'), TOO_MANY, one('SOAP-OLIVE')],
    reason: 'out-of-stock',
    ...rejected,
  },
  {
    title: 'An unknown product',
    currency: 'EUR',
    items: [one('UNICORN')],
    reason: 'unknown-product',
    ...rejected,
  },
  {
    title: 'A product in another currency',
    currency: 'EUR',
    items: [one('PEN-FOUNTAIN')],
    reason: 'currency-mismatch',
    ...rejected,
  },
  {
    title: 'The card is declined',
    currency: 'USD',
    items: [one('BACKPACK-20L')],
    paymentMethod: 'pm_card_visa_chargeDeclined',
    reason: 'payment-declined',
    ...rejected,
  },
  {
    title: 'Cancelled while its payment is in progress',
    currency: 'KRW',
    items: [one('CELADON-VASE')],
    paymentMethod: 'pm_sandbox_late',
    cancelAfter: 'StockReserved',
    ...cancelled,
  },
  {
    title: 'Cancelled while its parcel is in transit: it is recalled',
    currency: 'USD',
    items: [one('TENT-TWO')],
    carrier: 'stall',
    cancelAfter: 'OrderShipped',
    ...cancelled,
  },
  {
    title: 'The parcel is lost: refunded',
    currency: 'EUR',
    items: [one('MUG-BLUE')],
    carrier: 'lost',
    status: 'cancelled',
    reason: 'parcel-lost',
    lastEvent: 'OrderCancelled',
  },
  {
    title: 'The parcel comes back: refunded, and its goods are on sale again',
    currency: 'EUR',
    items: [one('SOAP-OLIVE')],
    carrier: 'return',
    status: 'cancelled',
    reason: 'parcel-returned',
    lastEvent: 'OrderCancelled',
  },
  {
    title: 'Cancelled after its rejection',
    currency: 'EUR',
    items: [TOO_MANY],
    reason: 'out-of-stock',
    cancelAfter: 'OrderRejected',
    ...rejected,
  },
  {
    title: 'The provider does not answer in time, and approves later',
    currency: 'EUR',
    items: [one('BLANKET-WOOL')],
    paymentMethod: 'pm_sandbox_timeout',
    reason: 'payment-unavailable',
    slow: true,
    ...rejected,
    lastEvent: 'PaymentVoided',
  },
];
