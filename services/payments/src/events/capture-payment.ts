import { consumes } from '@dure/contracts/contract';
import { on } from '@dure/contracts/binding/message';
import { CapturePayment } from '@dure/contracts/payments';
import * as useCase from '../application/capture-payment.ts';
import { dependencies } from '../composition.ts';

export const capturePayment = on(consumes(CapturePayment, ['orderId']), ({ data }, call) =>
  useCase.capturePayment(dependencies, call, data.orderId),
);
