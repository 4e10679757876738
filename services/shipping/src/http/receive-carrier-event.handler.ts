import { http, reply } from '@dure/contracts/binding/http';
import { problem } from '@dure/contracts/problem';
import { ReceiveCarrierEvent } from '@dure/contracts/shipping';
import { isSignedWebhook, secretsIn } from '@dure/webhooks/sign';
import { receiveCarrierEvent } from '../application/receive-carrier-event.ts';
import { carrierSettings, store } from '../composition.ts';

const settings = carrierSettings();

export const receiveCarrierEventHandler = http(ReceiveCarrierEvent, {
  run: async ({ body, signed }, call) => {
    const { 'carrier-webhook-secret': secret } = await settings();
    if (secret === undefined) call.log.error('the parameter carrier-webhook-secret is missing: webhooks are refused');
    const now = Date.parse(call.time);
    const genuine =
      secret !== undefined && isSignedWebhook(signed.headers, { body: signed.body, now }, ...secretsIn(secret));
    if (!genuine) return { rejected: 'invalid-signature' } as const;
    return receiveCarrierEvent(store, call, { ...body, id: signed.headers['webhook-id'] ?? '' });
  },
  answer: (result) => ('rejected' in result ? problem(result.rejected) : reply(204, undefined)),
});
