import { consumes } from '@dure/contracts/contract';
import {
  PaymentAuthorised,
  PaymentCaptured,
  PaymentDeclined,
  PaymentRefunded,
  PaymentRefundRefused,
  PaymentVoided,
} from '@dure/contracts/payments';
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
    consumes(PaymentRefunded, ['refundId', 'amount', 'totalRefunded', 'owed']),
    ({ refundId, amount, totalRefunded, owed }) => ({
      type: 'PaymentRefunded',
      refundId,
      amount: amount.amount,
      totalRefunded: totalRefunded.amount,
      owed: owed?.amount ?? 0,
    }),
  ),
  fact('payments', consumes(PaymentRefundRefused, ['owed']), ({ owed }) => ({
    type: 'PaymentRefundRefused',
    owed: owed?.amount ?? 0,
  })),
];
