import { openSettings } from '@dure/contracts/binding/settings';
import { registerProvider } from '../provider-registry.ts';
import { webhookSecretMissing } from './client.ts';
import { createStripeProvider } from './index.ts';
import { readStripeEvent } from './read-event.ts';

/** The keys are in Parameter Store, read on demand, at most once a minute. */
registerProvider('stripe', ({ url, stage }) => {
  const settings = openSettings(`/dure/${stage}/payments`, ['stripe-secret-key', 'stripe-webhook-secret']);
  return {
    provider: createStripeProvider({ url, settings, stage }),
    readNotice: async (body, signature, now) => {
      const { 'stripe-webhook-secret': secret } = await settings();
      if (secret === undefined) throw webhookSecretMissing();
      const notice = readStripeEvent({ body, signature, secret, now });
      return notice === undefined ? { rejected: 'not-from-stripe' } : { notice };
    },
  };
});
