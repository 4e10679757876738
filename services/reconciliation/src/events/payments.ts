import { consumes } from '@dure/contracts/contract';
import {
  PaymentAuthorised,
  PaymentCaptured,
  PaymentDeclined,
  PaymentRefunded,
  PaymentVoided,
} from '@dure/contracts/payments/index';
import { fact } from './seen.ts';

export const payments = [
  fact('payments', consumes(PaymentAuthorised, ['paymentId', 'amount']), ({ paymentId, amount }) => ({
    type: 'PaymentAuthorised',
    paymentId,
    amount: amount.amount,
  })),
  fact('payments', consumes(PaymentCaptured, ['paymentId', 'amount']), ({ paymentId, amount }) => ({
    type: 'PaymentCaptured',
    paymentId,
    amount: amount.amount,
  })),
  fact('payments', consumes(PaymentDeclined, ['orderId']), () => ({ type: 'PaymentDeclined' })),
  fact('payments', consumes(PaymentVoided, ['orderId']), () => ({ type: 'PaymentVoided' })),
  fact(
    'payments',
    consumes(PaymentRefunded, ['refundId', 'amount', 'totalRefunded']),
    ({ refundId, amount, totalRefunded }) => ({
      type: 'PaymentRefunded',
      refundId,
      amount: amount.amount,
      totalRefunded: totalRefunded.amount,
    }),
  ),
];
