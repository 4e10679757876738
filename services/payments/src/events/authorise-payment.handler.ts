import { consumes } from '@dure/contracts/contract';
import { on } from '@dure/contracts/binding/message';
import { AuthorisePayment } from '@dure/contracts/payments';
import { v7 as uuidv7 } from 'uuid';
import { authorisePayment } from '../application/authorise-payment.ts';
import { dependencies } from '../composition.ts';

export const authorisePaymentHandler = on(
  consumes(AuthorisePayment, ['orderId', 'amount', 'paymentMethod', 'customerId']),
  ({ data }, call) => authorisePayment(dependencies, call, { ...data, paymentId: uuidv7() }),
);
