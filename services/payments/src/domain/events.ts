import type { Money } from '@dure/contracts/values';
import type { Cancellation, Charge, VoidCause } from './payment.ts';

/** Published events; `data` is the contract's without the order id. */
export type PublishedEvent =
  | { readonly type: 'PaymentAuthorised'; readonly data: ChargeData; readonly reference?: string }
  | {
      readonly type: 'PaymentDeclined';
      readonly data: ChargeData & { readonly cause: 'declined' | VoidCause; readonly reason: string };
    }
  | { readonly type: 'PaymentCaptured'; readonly data: ChargeData }
  | { readonly type: 'PaymentCaptureFailed'; readonly data: { readonly reason: string } }
  | { readonly type: 'PaymentVoided'; readonly data: { readonly released?: Money; readonly reason: string } }
  | {
      readonly type: 'PaymentRefunded';
      readonly data: {
        readonly refundId: string;
        readonly amount: Money;
        readonly totalRefunded: Money;
        readonly captured: Money;
        readonly reason: string;
        readonly owed?: Money;
      };
    }
  | {
      readonly type: 'PaymentRefundRefused';
      readonly data: { readonly refundId: string; readonly reason: string; readonly owed?: Money };
    };

interface ChargeData {
  readonly paymentId: string;
  readonly amount: Money;
}

/** Events that only the payment itself needs. */
export type InternalEvent =
  | { readonly type: 'AuthorisationStarted'; readonly charge: Charge }
  | { readonly type: 'CaptureStarted' }
  | { readonly type: 'VoidStarted'; readonly reason: string }
  | ({ readonly type: 'CaptureDiscovered'; readonly reference: string } & Cancellation)
  | ({ readonly type: 'CancellationRequested' } & Cancellation)
  | {
      readonly type: 'RefundStarted';
      readonly refundId: string;
      readonly amount: number;
      readonly reason: string;
      readonly due?: boolean;
      readonly outside?: boolean;
    }
  | { readonly type: 'RefundRefused'; readonly refundId: string; readonly reason: string };

export type PaymentEvent = PublishedEvent | InternalEvent;

const INTERNAL: readonly string[] = [
  'AuthorisationStarted',
  'CaptureStarted',
  'VoidStarted',
  'CaptureDiscovered',
  'CancellationRequested',
  'RefundStarted',
  'RefundRefused',
] satisfies InternalEvent['type'][];

export const isPublished = (event: PaymentEvent): event is PublishedEvent => !INTERNAL.includes(event.type);
