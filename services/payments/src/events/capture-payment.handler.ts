import { consumes } from '@dure/contracts/contract';
import { on } from '@dure/contracts/binding/message';
import { CapturePayment } from '@dure/contracts/payments';
import { capturePayment } from '../application/capture-payment.ts';
import { dependencies } from '../composition.ts';

export const capturePaymentHandler = on(consumes(CapturePayment, ['orderId']), ({ data }, call) =>
  capturePayment(dependencies, call, data.orderId),
);
