import { api } from '@dure/contracts/binding/api';
import { provider, table } from '../composition.ts';
import { getPayment } from './get-payment.ts';
import { receiveStripeEvent } from './receive-stripe-event.ts';
import { refundPayment } from './refund-payment.ts';

export const handler = api({ table, checks: { provider: () => provider.check() } }, [
  getPayment,
  refundPayment,
  receiveStripeEvent,
]);
