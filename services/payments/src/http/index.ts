import { api } from '@dure/contracts/binding/api';
import { provider, table } from '../composition.ts';
import { getPaymentHandler } from './get-payment.handler.ts';
import { receiveStripeEventHandler } from './receive-stripe-event.handler.ts';
import { refundPaymentHandler } from './refund-payment.handler.ts';

export const handler = api({ table, checks: { provider: () => provider.check() } }, [
  getPaymentHandler,
  refundPaymentHandler,
  receiveStripeEventHandler,
]);
