import type { PaymentCommand } from './decide.ts';
import type { PaymentEvent } from './events.ts';
import { inFlight, owesAll, type Payment, refundOf } from './payment.ts';

/** Whether a command is answered, judging by the events that it just caused and the payment after them. */
export function isDone(command: PaymentCommand, events: readonly PaymentEvent[], payment: Payment): boolean {
  const types = events.map((event) => event.type);
  switch (command.type) {
    case 'AuthorisePayment':
      return types.includes('PaymentAuthorised') || types.includes('PaymentDeclined');
    case 'CapturePayment':
      return types.includes('PaymentCaptured') || types.includes('PaymentCaptureFailed');
    case 'CancelPayment':
      // A refund that was in progress is answered as well, and the cancellation continues with the rest.
      return (
        types.includes('PaymentVoided') ||
        (types.includes('PaymentRefunded') && payment.status === 'refunded') ||
        (types.includes('PaymentRefundRefused') && owesAll(payment))
      );
    case 'RefundPayment':
      return refundOf(payment, command.refundId)?.status !== 'pending';
    case 'RefundAmount':
      return events.some((event) => isAnswer(event) && event.data.refundId === command.refundId);
    case 'settle':
      return !inFlight(payment);
    default:
      return command satisfies never;
  }
}

const isAnswer = (event: PaymentEvent) => event.type === 'PaymentRefunded' || event.type === 'PaymentRefundRefused';
