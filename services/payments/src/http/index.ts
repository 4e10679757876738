import { api } from '@dure/contracts/binding/api';
import { checkTable } from '@dure/contracts/binding/table';
import { provider, table } from '../composition.ts';
import { getPaymentHandler } from './get-payment.handler.ts';
import { receiveStripeEventHandler } from './receive-stripe-event.handler.ts';
import { refundPaymentHandler } from './refund-payment.handler.ts';

export const handler = api({ table, checks: { table: () => checkTable(table), provider: () => provider.check() } }, [
  getPaymentHandler,
  refundPaymentHandler,
  receiveStripeEventHandler,
]);
