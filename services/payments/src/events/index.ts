import { consumer } from '@dure/contracts/binding/consumer';
import { authorisePaymentHandler } from './authorise-payment.handler.ts';
import { cancelPaymentHandler } from './cancel-payment.handler.ts';
import { capturePaymentHandler } from './capture-payment.handler.ts';
import { refundAmountHandler } from './refund-amount.handler.ts';

export const handler = consumer('commands', [
  authorisePaymentHandler,
  capturePaymentHandler,
  cancelPaymentHandler,
  refundAmountHandler,
]);
