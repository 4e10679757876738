import { http, reply } from '@dure/contracts/binding/http';
import { RefundPayment } from '@dure/contracts/payments';
import { HttpProblem, problem } from '@dure/contracts/problem';
import { refundPayment } from '../application/refund-payment.ts';
import { dependencies } from '../composition.ts';
import { refundOf } from '../domain/payment.ts';
import { paymentView } from './payment-view.ts';

export const refundPaymentHandler = http(RefundPayment, {
  run: async ({ params, body }, call) => {
    const result = await refundPayment(dependencies, call, { ...body, orderId: params.orderId });
    if (!('rejected' in result)) return result;
    const { rejected } = result;
    if (rejected === 'key-reused') throw new HttpProblem('idempotency-key-reused');
    if (rejected === 'another-payment') throw new Error('A refund cannot be rejected as another payment.');
    return { rejected };
  },
  answer: (result) => {
    if ('rejected' in result) return problem(result.rejected);
    const refund = refundOf(result.stored.payment, result.refundId);
    const view = paymentView(result.stored);
    if (refund?.status === 'failed' || view === undefined) return problem('provider-refused');
    return reply(201, view);
  },
});
