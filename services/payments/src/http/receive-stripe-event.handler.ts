import { http, reply } from '@dure/contracts/binding/http';
import { ReceiveStripeEvent } from '@dure/contracts/payments';
import { problem } from '@dure/contracts/problem';
import { type NoticeOutcome, handleProviderNotice } from '../application/handle-provider-notice.ts';
import { dependencies, readNotice } from '../composition.ts';

type Result = { readonly rejected: 'webhooks-not-used' | 'not-from-stripe' } | { readonly outcome: NoticeOutcome };

/** Fails when the secret is missing or Stripe does not answer: Stripe repeats a 5xx response for three days. */
export const receiveStripeEventHandler = http(ReceiveStripeEvent, {
  run: async ({ signed }, call): Promise<Result> => {
    const read = await readNotice(signed.body, signed.headers['stripe-signature'] ?? '', Date.parse(call.time));
    if ('rejected' in read) return read;
    const marker = { pk: `INBOX#notices#${read.notice.id}` };
    return { outcome: await handleProviderNotice(dependencies, { ...call, marker }, read.notice) };
  },
  answer: (result) => ('rejected' in result ? problem(result.rejected) : reply(204, undefined)),
});
