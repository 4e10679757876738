import type { Money } from '@dure/contracts/values';
import type { Cancellation, Charge, VoidCause } from './payment.ts';

/** What others are told; `data` is the contract's but for the order's id. */
export type ToldEvent =
  | { readonly type: 'PaymentAuthorised'; readonly data: Told; readonly reference?: string }
  | {
      readonly type: 'PaymentDeclined';
      readonly data: Told & { readonly cause: 'declined' | VoidCause; readonly reason: string };
    }
  | { readonly type: 'PaymentCaptured'; readonly data: Told }
  | { readonly type: 'PaymentCaptureFailed'; readonly data: { readonly reason: string } }
  | { readonly type: 'PaymentVoided'; readonly data: { readonly released?: Money; readonly reason: string } }
  | {
      readonly type: 'PaymentRefunded';
      readonly data: {
        readonly refundId: string;
        readonly amount: Money;
        readonly totalRefunded: Money;
        readonly reason: string;
        readonly owed?: Money;
      };
    }
  | {
      readonly type: 'PaymentRefundRefused';
      readonly data: { readonly refundId: string; readonly reason: string; readonly owed?: Money };
    };

interface Told {
  readonly paymentId: string;
  readonly amount: Money;
}

/** What only the payment itself needs to know. */
export type OwnEvent =
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

export type PaymentEvent = ToldEvent | OwnEvent;

const OWN: readonly string[] = [
  'AuthorisationStarted',
  'CaptureStarted',
  'VoidStarted',
  'CaptureDiscovered',
  'CancellationRequested',
  'RefundStarted',
  'RefundRefused',
] satisfies OwnEvent['type'][];

export const isTold = (event: PaymentEvent): event is ToldEvent => !OWN.includes(event.type);
