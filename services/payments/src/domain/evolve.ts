import { paidOff, refusedAgain } from './debt.ts';
import type { PaymentEvent, PublishedEvent } from './events.ts';
import { type Payment, pendingRefund, type Refund, refundedAmount, refundOf, remaining } from './payment.ts';

/** The payment after an event at the instant `at`. A repeated answer changes nothing. */
export function evolve(payment: Payment, event: PaymentEvent, at: string): Payment {
  switch (event.type) {
    case 'AuthorisationStarted':
      return { status: 'authorising', charge: event.charge, since: at };
    case 'PaymentAuthorised':
      if (payment.status !== 'authorising' || event.reference === undefined) return payment;
      return { status: 'authorised', charge: payment.charge, reference: event.reference, since: at };
    case 'PaymentDeclined':
      return declined(payment, event, at);
    case 'CaptureStarted':
      if (payment.status !== 'authorised') return payment;
      return { ...payment, status: 'capturing', refunds: [], since: at };
    case 'PaymentCaptured': {
      if (payment.status !== 'capturing') return payment;
      const { charge, reference, refunds, cancelled } = payment;
      return { status: 'captured', charge, reference, refunds, cancelled };
    }
    case 'PaymentCaptureFailed':
      return payment;
    case 'PaymentRefundRefused':
      return owing(payment, event, at);
    case 'VoidStarted':
      if (payment.status !== 'authorising' && payment.status !== 'authorised' && payment.status !== 'capturing') {
        return payment;
      }
      return {
        status: 'voiding',
        charge: payment.charge,
        reference: payment.status === 'authorising' ? undefined : payment.reference,
        since: at,
        cause: 'cancelled',
        reason: event.reason,
      };
    case 'PaymentVoided':
      return voided(payment, event);
    case 'CaptureDiscovered': {
      if (payment.status !== 'voiding') return payment;
      const cancelled = { reason: event.reason, refundId: event.refundId };
      return { status: 'captured', charge: payment.charge, reference: event.reference, refunds: [], cancelled };
    }
    case 'CancellationRequested': {
      if (payment.status !== 'capturing' && payment.status !== 'captured' && payment.status !== 'refunding') {
        return payment;
      }
      return { ...payment, cancelled: { reason: event.reason, refundId: event.refundId } };
    }
    case 'RefundStarted': {
      if (payment.status !== 'captured') return payment;
      const { refundId, amount, reason, due, outside } = event;
      const refund: Refund = { refundId, amount, reason, createdAt: at, status: 'pending', due, outside };
      return { ...payment, status: 'refunding', refunds: [...payment.refunds, refund], since: at };
    }
    case 'PaymentRefunded':
      return refundEnded(payment, event.data.refundId, 'succeeded', at);
    case 'RefundRefused':
      return refundEnded(payment, event.refundId, 'failed', at);
    default:
      return event satisfies never;
  }
}

type Published<Type> = Extract<PublishedEvent, { type: Type }>;

function declined(payment: Payment, { data }: Published<'PaymentDeclined'>, at: string): Payment {
  if (payment.status !== 'authorising') return payment;
  const { charge } = payment;
  const { cause, reason } = data;
  return cause === 'declined'
    ? { status: 'declined', charge, reason }
    : { status: 'voiding', charge, since: at, cause, reason };
}

function voided(payment: Payment, { data }: Published<'PaymentVoided'>): Payment {
  if (payment.status === 'none') return { status: 'voided', cause: 'cancelled', reason: data.reason };
  if (payment.status !== 'voiding') return payment;
  const { charge, cause, reason } = payment;
  return { status: 'voided', charge, released: data.released, cause, reason };
}

function refundEnded(payment: Payment, refundId: string, status: 'succeeded' | 'failed', at: string): Payment {
  // An earlier refund may be answered again while another one is in progress.
  if (payment.status !== 'refunding') return payment;
  const pending = pendingRefund(payment.refunds);
  if (pending?.refundId !== refundId) return payment;
  const { charge, reference, cancelled } = payment;
  const refunds = payment.refunds.map((refund) => (refund === pending ? { ...refund, status } : refund));
  const all = refundedAmount(refunds) === charge.amount.amount;
  const debt =
    status === 'failed' ? refusedAgain(payment.debt, at) : paidOff(payment.debt, pending, remaining(payment));
  return { status: all ? 'refunded' : 'captured', charge, reference, refunds, cancelled, debt };
}

function owing(payment: Payment, { data }: Published<'PaymentRefundRefused'>, at: string): Payment {
  if (data.owed === undefined || payment.status !== 'captured' || payment.debt?.amount === data.owed.amount) {
    return payment;
  }
  const { refundId } = data;
  const reason = refundOf(payment, refundId)?.reason ?? data.reason;
  return { ...payment, debt: { refundId, reason, amount: data.owed.amount, since: at, attempts: 0 } };
}
