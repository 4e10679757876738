import { consumes } from '@dure/contracts/contract';
import { on } from '@dure/contracts/binding/message';
import { RefundAmount } from '@dure/contracts/payments';
import { refundAmount } from '../application/refund-amount.ts';
import { dependencies } from '../composition.ts';

export const refundAmountHandler = on(
  consumes(RefundAmount, ['orderId', 'refundId', 'amount', 'reason']),
  ({ data }, call) => refundAmount(dependencies, call, data),
);
