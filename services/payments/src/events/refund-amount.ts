import { consumes } from '@dure/contracts/contract';
import { on } from '@dure/contracts/binding/message';
import { RefundAmount } from '@dure/contracts/payments';
import * as useCase from '../application/refund-amount.ts';
import { dependencies } from '../composition.ts';

export const refundAmount = on(consumes(RefundAmount, ['orderId', 'refundId', 'amount', 'reason']), ({ data }, call) =>
  useCase.refundAmount(dependencies, call, data),
);
