import { consumes } from '@dure/contracts/contract';
import { on } from '@dure/contracts/binding/message';
import { CancelPayment } from '@dure/contracts/payments';
import { v7 as uuidv7 } from 'uuid';
import { cancelPayment } from '../application/cancel-payment.ts';
import { dependencies } from '../composition.ts';

export const cancelPaymentHandler = on(consumes(CancelPayment, ['orderId', 'reason']), ({ data }, call) =>
  cancelPayment(dependencies, call, { ...data, refundId: uuidv7() }),
);
