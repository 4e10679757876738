import { consumes } from '@dure/contracts/contract';
import {
  PaymentAuthorised,
  PaymentCaptured,
  PaymentDeclined,
  PaymentRefunded,
  PaymentRefundRefused,
  PaymentVoided,
} from '@dure/contracts/payments';
import { onFact } from './on-fact.ts';

export const payments = [
  onFact('payments', consumes(PaymentAuthorised, ['paymentId', 'amount']), ({ paymentId, amount }) => ({
    type: 'PaymentAuthorised',
    paymentId,
    amount: amount.amount,
  })),
  onFact('payments', consumes(PaymentCaptured, ['paymentId', 'amount']), ({ paymentId, amount }) => ({
    type: 'PaymentCaptured',
    paymentId,
    amount: amount.amount,
  })),
  onFact('payments', consumes(PaymentDeclined, ['orderId']), () => ({ type: 'PaymentDeclined' })),
  onFact('payments', consumes(PaymentVoided, ['orderId']), () => ({ type: 'PaymentVoided' })),
  onFact(
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
  onFact('payments', consumes(PaymentRefundRefused, ['owed']), ({ owed }) => ({
    type: 'PaymentRefundRefused',
    owed: owed?.amount ?? 0,
  })),
];
