import { http, reply } from '@dure/contracts/binding/http';
import { RefundPayment } from '@dure/contracts/payments';
import { HttpProblem, problem } from '@dure/contracts/problem';
import * as useCase from '../application/refund-payment.ts';
import { dependencies } from '../composition.ts';
import { refundOf } from '../domain/payment.ts';
import { paymentView } from './payment-view.ts';

export const refundPayment = http(RefundPayment, {
  run: async ({ params, body }, call) => {
    const result = await useCase.refundPayment(dependencies, call, { ...body, orderId: params.orderId });
    if (!('rejected' in result)) return result;
    const { rejected } = result;
    if (rejected === 'key-reused') throw new HttpProblem('idempotency-key-reused');
    if (rejected === 'another-payment') throw new Error('A refund asks for no other payment.');
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
