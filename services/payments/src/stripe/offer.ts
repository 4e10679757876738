import { openSettings } from '@dure/contracts/binding/settings';
import { offerProvider } from '../providers/offered.ts';
import { webhookSecretMissing } from '../providers/stripe/client.ts';
import { createStripeProvider } from '../providers/stripe/index.ts';
import { readStripeEvent } from '../providers/stripe/read-event.ts';

/** The keys are in Parameter Store, and read when they are needed, once a minute at most. */
offerProvider('stripe', ({ url, stage }) => {
  const settings = openSettings(`/dure/${stage}/payments`, ['stripe-secret-key', 'stripe-webhook-secret']);
  return {
    provider: createStripeProvider({ url, settings, stage }),
    readNotice: async (body, signature, now) => {
      const { 'stripe-webhook-secret': secret } = await settings();
      if (secret === undefined) throw webhookSecretMissing();
      const notice = readStripeEvent({ body, signature, secret, now });
      return notice === undefined ? { refused: 'not-from-stripe' } : { notice };
    },
  };
});
