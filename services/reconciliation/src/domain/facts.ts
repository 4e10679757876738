import type { OrderLine } from '@dure/contracts/values';

export type Source = 'orders' | 'payments' | 'inventory' | 'shipping';

export const SOURCES: readonly Source[] = ['orders', 'payments', 'inventory', 'shipping'];

export interface PricedLine extends OrderLine {
  /** Minor units. */
  readonly unitPrice: number;
}

/** What an event says about its order, limited to what is compared. Amounts are minor units of the order's currency. */
export type Fact =
  | { readonly type: 'OrderPlaced'; readonly total: number; readonly currency: string; readonly lines: PricedLine[] }
  | { readonly type: 'OrderConfirmed' | 'OrderShipped' | 'OrderRejected' | 'OrderCancelled' | 'OrderCompleted' }
  | { readonly type: 'PaymentAuthorised' | 'PaymentCaptured'; readonly paymentId: string; readonly amount: number }
  | { readonly type: 'PaymentDeclined' | 'PaymentVoided' }
  | {
      readonly type: 'PaymentRefunded';
      readonly refundId: string;
      readonly amount: number;
      readonly totalRefunded: number;
      /** What is owed after it. */
      readonly owed: number;
    }
  | { readonly type: 'PaymentRefundRefused'; readonly owed: number }
  | { readonly type: 'StockReserved' | 'ReservationRefused' }
  | { readonly type: 'StockReleased'; readonly reason: 'released' | 'expired' | 'returned' | 'nothing-reserved' }
  | { readonly type: 'StockCommitted' | 'StockReturned'; readonly lines: readonly OrderLine[] }
  | { readonly type: 'ShipmentCreated'; readonly shipmentId: string; readonly lines: readonly OrderLine[] }
  | { readonly type: ParcelFact; readonly shipmentId: string }
  | { readonly type: 'OrderDispatched' }
  /** Only counted: an answer, or a type that is not known here. */
  | { readonly type: 'Other' }
  /** What is compared, in another version of its contract. Its number belongs to the version that is read. */
  | { readonly type: 'OtherVersion' };

export type ParcelFact =
  | 'ShipmentLabelled'
  | 'ShipmentDispatched'
  | 'ShipmentDelivered'
  | 'ShipmentReturned'
  | 'ShipmentLost'
  | 'ShipmentCancelled';

/** An event of an order, with its sequence within its source. */
export interface SourceEvent {
  readonly source: Source;
  readonly sequence: number;
  /** When it happened, by the clock of its source. */
  readonly time: string;
  readonly fact: Fact;
}
