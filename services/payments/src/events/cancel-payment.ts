import { consumes } from '@dure/contracts/contract';
import { on } from '@dure/contracts/binding/message';
import { CancelPayment } from '@dure/contracts/payments';
import { v7 as uuidv7 } from 'uuid';
import * as useCase from '../application/cancel-payment.ts';
import { dependencies } from '../composition.ts';

export const cancelPayment = on(consumes(CancelPayment, ['orderId', 'reason']), ({ data }, call) =>
  useCase.cancelPayment(dependencies, call, { ...data, refundId: uuidv7() }),
);
