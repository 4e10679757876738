import { afterAll } from '@jest/globals';
import { createStripeProvider } from '../../src/providers/stripe/index.ts';
import { SECRET_KEY, startStripeServer } from '../support/stripe-server.ts';
import { describeProvider } from './contract.ts';

const stripe = await startStripeServer({ delays: { timeoutMs: 5_000, lateMs: 2_500 } });
afterAll(() => stripe.stop());

const settings = () => Promise.resolve({ 'stripe-secret-key': SECRET_KEY, 'stripe-webhook-secret': 'whsec_test' });

describeProvider({
  make: (url, changes) => createStripeProvider({ url, settings, stage: 'dev' }, changes),
  endpoint: stripe.endpoint,
  truth: (orderId) => Promise.resolve(stripe.account.totals(orderId)),
  showsPending: false,
});
