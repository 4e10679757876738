import type { Money } from '@dure/contracts/values';
import type { PaymentEvent } from './events.ts';
import { type Debt, retryAt } from './debt.ts';
import {
  type Charge,
  inFlight,
  owesAll,
  type Payment,
  type Refund,
  refundedAmount,
  refundOf,
  remaining,
} from './payment.ts';
import {
  answerOfRefund,
  declinedAgain,
  nothingLeft,
  refunded,
  refundedAgain,
  refundRefused,
  startRefundOfRest,
} from './answers.ts';

export type PaymentCommand =
  | { readonly type: 'AuthorisePayment'; readonly charge: Charge }
  | { readonly type: 'CapturePayment' }
  /** `refundId` is used if money has to be refunded. */
  | { readonly type: 'CancelPayment'; readonly reason: string; readonly refundId: string }
  | {
      readonly type: 'RefundPayment';
      readonly refundId: string;
      readonly amount: Money;
      readonly reason: string;
      /** It was paid back another way: the provider is not asked, and at most what is owed can be recorded. */
      readonly outside?: boolean;
    }
  /** The same, requested over the bus: the sender gets the outcome, a refusal too. */
  | { readonly type: 'RefundAmount'; readonly refundId: string; readonly amount: Money; readonly reason: string }
  /**
   * Continues an unfinished payment; releases a hold made at `expireBefore` or earlier. With `retry`, an owed refund is
   * requested again under that `refundId` once it is due.
   */
  | {
      readonly type: 'settle';
      readonly expireBefore: string;
      readonly retry?: { readonly now: string; readonly refundId: string };
    };

export type Rejection =
  | 'another-payment'
  | 'payment-not-found'
  | 'not-captured'
  | 'refund-in-progress'
  | 'refund-too-large'
  | 'refund-empty'
  | 'currency-mismatch'
  | 'too-many-refunds'
  | 'key-reused';

/** For manual refunds: a payment is one item, and every refund is part of it. */
export const MAX_REFUNDS = 100;

/**
 * Decides on a command. An intention among the events means that the provider is to be asked next. No events mean that
 * it is being asked already, or that nothing is to be done. A command that was answered before is answered again.
 */
export function decide(command: PaymentCommand, payment: Payment): readonly PaymentEvent[] | Rejection {
  switch (command.type) {
    case 'AuthorisePayment':
      return authorise(command.charge, payment);
    case 'CapturePayment':
      return capture(payment);
    case 'CancelPayment':
      return cancel(command, payment);
    case 'RefundPayment':
      return refund(command, payment);
    case 'RefundAmount':
      return refundAndAnswer(command, payment);
    case 'settle':
      return settle(command, payment);
    default:
      return command satisfies never;
  }
}

type Settle = Extract<PaymentCommand, { type: 'settle' }>;

function settle({ expireBefore, retry }: Settle, payment: Payment): readonly PaymentEvent[] {
  if (payment.status === 'authorised' && payment.since <= expireBefore) {
    return [{ type: 'VoidStarted', reason: 'the authorisation expired' }];
  }
  if (retry === undefined || payment.status !== 'captured' || payment.debt === undefined) return [];
  const { amount, reason } = payment.debt;
  const at = retryAt(payment.debt);
  return at !== undefined && at <= retry.now
    ? [{ type: 'RefundStarted', refundId: retry.refundId, amount, reason }]
    : [];
}

function authorise(charge: Charge, payment: Payment): readonly PaymentEvent[] | Rejection {
  if (payment.status === 'none') return [{ type: 'AuthorisationStarted', charge }];
  if (payment.charge !== undefined && !sameCharge(payment.charge, charge)) return 'another-payment';
  switch (payment.status) {
    case 'authorising':
      return [];
    case 'authorised':
    case 'capturing':
    case 'captured':
    case 'refunding':
    case 'refunded': {
      const undone = 'cancelled' in payment ? payment.cancelled?.reason : undefined;
      if (undone !== undefined) return [declinedAgain(payment.charge, 'cancelled', undone)];
      if (payment.status === 'refunded') return [declinedAgain(payment.charge, 'cancelled', 'refunded')];
      const { paymentId, amount } = payment.charge;
      return [{ type: 'PaymentAuthorised', data: { paymentId, amount } }];
    }
    case 'declined':
      return [declinedAgain(payment.charge, 'declined', payment.reason)];
    case 'voiding':
    case 'voided':
      return [declinedAgain(payment.charge ?? charge, payment.cause, payment.reason)];
    default:
      return payment satisfies never;
  }
}

const sameCharge = (one: Charge, other: Charge): boolean =>
  one.amount.amount === other.amount.amount &&
  one.amount.currency === other.amount.currency &&
  one.paymentMethod === other.paymentMethod;

function capture(payment: Payment): readonly PaymentEvent[] {
  switch (payment.status) {
    case 'authorised':
      return [{ type: 'CaptureStarted' }];
    case 'capturing':
      return [];
    case 'captured':
    case 'refunding':
    case 'refunded': {
      const { paymentId, amount } = payment.charge;
      // Captured money is refunded, or is about to be, so no step may rely on it.
      if (payment.cancelled !== undefined) return [{ type: 'PaymentCaptureFailed', data: { reason: 'cancelled' } }];
      return [{ type: 'PaymentCaptured', data: { paymentId, amount } }];
    }
    case 'none':
    case 'authorising':
    case 'declined':
    case 'voiding':
    case 'voided': {
      const reason = payment.status === 'none' ? 'not authorised' : `not authorised but ${payment.status}`;
      return [{ type: 'PaymentCaptureFailed', data: { reason } }];
    }
    default:
      return payment satisfies never;
  }
}

type Cancel = Extract<PaymentCommand, { type: 'CancelPayment' }>;

function cancel({ reason, refundId }: Cancel, payment: Payment): readonly PaymentEvent[] {
  const requested: PaymentEvent = { type: 'CancellationRequested', reason, refundId };
  switch (payment.status) {
    case 'none':
    case 'declined':
      return [{ type: 'PaymentVoided', data: { reason } }];
    case 'authorising':
    case 'authorised':
      return [{ type: 'VoidStarted', reason }];
    case 'voiding':
      return [];
    case 'voided':
      return [{ type: 'PaymentVoided', data: { released: payment.released, reason: payment.reason } }];
    case 'capturing':
    case 'refunding':
      return isUnderWay(payment) ? [] : [requested];
    case 'captured':
      if (payment.debt !== undefined && owesAll(payment)) return cancelOwed(payment, payment.debt, requested);
      return [requested, ...startRefundOfRest(payment, { reason, refundId })];
    case 'refunded':
      return [refundedAgain(payment)];
    default:
      return payment satisfies never;
  }
}

type Captured = Extract<Payment, { status: 'captured' | 'refunded' }>;

/**
 * The provider has refused to refund everything that is left: the sweep retries, and the caller is answered at once.
 */
function cancelOwed(payment: Captured, { refundId }: Debt, requested: PaymentEvent): readonly PaymentEvent[] {
  const refusal = refundRefused(payment, refundId, 'refused before');
  return payment.cancelled === undefined ? [requested, refusal] : [refusal];
}

/** Whether a cancellation was requested and its refund was not refused since. */
const isUnderWay = ({ cancelled, refunds }: Extract<Payment, { status: 'capturing' | 'refunding' }>): boolean =>
  cancelled !== undefined && !refunds.some((one) => one.refundId === cancelled.refundId && one.status === 'failed');

type RefundAmount = Extract<PaymentCommand, { type: 'RefundAmount' }>;

/**
 * Never refunds more than is left, since a person may have refunded some of it. Only a refund that another one holds up
 * is retried; a refusal is answered.
 */
function refundAndAnswer(command: RefundAmount, payment: Payment): readonly PaymentEvent[] | Rejection {
  const { refundId, reason } = command;
  const known = refundOf(payment, refundId);
  if (known !== undefined && 'refunds' in payment) {
    const answer = answerOfRefund(payment, known);
    return answer === undefined ? [] : [answer];
  }
  if (payment.status === 'refunding') return 'refund-in-progress';
  const amount = { ...command.amount, amount: Math.min(command.amount.amount, leftOf(payment)) };
  if (amount.amount === 0 && command.amount.amount > 0) return [nothingLeft(payment, refundId, reason)];
  const decided = refund({ ...command, amount, type: 'RefundPayment', due: true }, payment);
  if (typeof decided !== 'string' || decided === 'refund-in-progress') return decided;
  if ('refunds' in payment) return [refundRefused(payment, refundId, decided)];
  return [{ type: 'PaymentRefundRefused', data: { refundId, reason: decided } }];
}

/** Without a capture there is no limit here: `refund` rejects the command. */
const leftOf = (payment: Payment): number =>
  'refunds' in payment && payment.status !== 'capturing' ? remaining(payment) : Infinity;

type RefundCommand = Extract<PaymentCommand, { type: 'RefundPayment' }> & { readonly due?: true };

function refund(command: RefundCommand, payment: Payment): readonly PaymentEvent[] | Rejection {
  if (payment.status === 'none') return 'payment-not-found';
  if (!('refunds' in payment) || payment.status === 'capturing') return 'not-captured';
  const { refundId, amount, reason, due } = command;
  const known = payment.refunds.find((one) => one.refundId === refundId);
  if (known !== undefined) return known.amount === amount.amount && known.reason === reason ? [] : 'key-reused';
  if (amount.currency !== payment.charge.amount.currency) return 'currency-mismatch';
  if (amount.amount === 0) return 'refund-empty';
  if (inFlight(payment)) return 'refund-in-progress';
  if (amount.amount > remaining(payment)) return 'refund-too-large';
  if (payment.refunds.length >= MAX_REFUNDS && due !== true) return 'too-many-refunds';
  const started: Started = { type: 'RefundStarted', refundId, amount: amount.amount, reason, due };
  return command.outside === true ? givenBackOutside(payment, started) : [started];
}

type Started = Extract<PaymentEvent, { type: 'RefundStarted' }>;

function givenBackOutside(payment: Captured, started: Started): readonly PaymentEvent[] | Rejection {
  const { refundId, amount, reason } = started;
  const left = (payment.debt?.amount ?? 0) - amount;
  if (left < 0) return 'refund-too-large';
  const refund: Refund = { refundId, amount, reason, createdAt: '', status: 'succeeded' };
  const published = refunded(payment, refund, refundedAmount(payment.refunds) + amount, left);
  return [{ ...started, outside: true }, published];
}
