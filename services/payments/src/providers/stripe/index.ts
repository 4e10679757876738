import type Stripe from 'stripe';
import type { PaymentProvider, RefusedOutcome, UnknownOutcome } from '../../application/provider.ts';
import { defaultResilience, type Resilience, resilient } from '../resilience.ts';
import { toStripe } from './amounts.ts';
import { ask, type Reply } from './ask.ts';
import { type ClientOptions, openClient, webhookSecretMissing } from './client.ts';
import { captured, declineOf, moneyOf, refusedBy, toHold } from './intents.ts';

/** A card's bank may take seconds. All attempts together take one and a half times the time-out of one. */
export const stripeResilience: Resilience = { ...defaultResilience, timeoutMs: 8_000, backoffMs: 200 };
const OF_ALL_TRIES = 1.5;

/**
 * Stripe's search lags by an hour at most, and only during an incident.
 * Source: https://docs.stripe.com/search#data-freshness
 */
const SEARCH_LAG_MINUTES = 90;

/** A health check has two seconds. */
const CHECK_TIMEOUT_MS = 1_800;

const unknown: UnknownOutcome = { type: 'unknown', reason: 'Stripe did not answer' };

type Options = Omit<ClientOptions, 'timeoutMs'>;

/**
 * Stripe, by its SDK: payment intents for cards, captured manually, confirmed off-session. A capture and a cancellation are
 * sent without a key: the intent's state lets them take effect once, whereas Stripe would repeat even its own failure for
 * a day under the same key. Source: https://docs.stripe.com/api/idempotent_requests
 */
export function createStripeProvider(options: Options, changes: Partial<Resilience> = {}): PaymentProvider {
  const settings = { ...stripeResilience, ...changes };
  const { timeoutMs } = settings;
  const client = openClient({ ...options, timeoutMs });
  const attempt = resilient(settings);

  /** @param subject the payment or order that the request is about */
  async function send<Value>(
    subject: string,
    request: (stripe: Stripe) => Promise<Value>,
  ): Promise<Reply<Value> | undefined> {
    const stripe = await client();
    const end = Date.now() + OF_ALL_TRIES * timeoutMs;
    return attempt(subject, () => ask(() => request(stripe), Math.min(timeoutMs, end - Date.now())));
  }

  /** The payment's present state: from the refusal if it includes it, otherwise from Stripe. */
  async function current(reference: string, known: Stripe.PaymentIntent | undefined) {
    if (known !== undefined) return known;
    const reply = await send(reference, (stripe) => stripe.paymentIntents.retrieve(reference));
    return reply !== undefined && 'value' in reply ? reply.value : undefined;
  }

  /** A refund by our own id; this also finds one whose answer was lost or is pending. */
  async function findRefund(
    reference: string,
    refundId: string,
  ): Promise<{ type: 'refunded' } | { type: 'none' } | RefusedOutcome | UnknownOutcome> {
    const reply = await send(reference, async ({ refunds }) => {
      const made = await refunds.list({ payment_intent: reference, limit: 100 }).autoPagingToArray({ limit: 1_000 });
      return made.find(({ metadata }) => metadata?.['refund_id'] === refundId);
    });
    if (reply === undefined || !('value' in reply)) return unknown;
    return reply.value === undefined ? { type: 'none' } : refundOf(reply.value);
  }

  /** A refund that was just requested: if it is not found, it may still be in flight. */
  async function refundNow(
    reference: string,
    refundId: string,
  ): Promise<{ type: 'refunded' } | RefusedOutcome | UnknownOutcome> {
    const found = await findRefund(reference, refundId);
    return found.type === 'none' ? unknown : found;
  }

  return {
    async authorise({ orderId, amount, paymentMethod, key }) {
      const charged = toStripe(amount);
      if ('inexpressible' in charged) return { type: 'declined', reason: charged.inexpressible };
      const reply = await send(orderId, ({ paymentIntents }) =>
        paymentIntents.create(
          {
            ...charged,
            payment_method: paymentMethod,
            allowed_payment_method_types: ['card'],
            capture_method: 'manual',
            confirm: true,
            off_session: true,
            metadata: { order_id: orderId },
          },
          { idempotencyKey: key },
        ),
      );
      if (reply === undefined) return unknown;
      if ('refusal' in reply) return { type: 'declined', reason: declineOf(reply.refusal) };
      const { id: reference, status } = reply.value;
      if (status === 'requires_capture') return { type: 'approved', reference };
      if (toHold(reply.value).status !== 'declined') return unknown;
      // The bank wants to ask a customer who is not present. Nothing is held, whether or not the cancellation arrives.
      await send(reference, ({ paymentIntents }) => paymentIntents.cancel(reference));
      return { type: 'declined', reason: 'authentication_required' };
    },

    async capture({ reference, amount }) {
      const wanted = toStripe(amount);
      if ('inexpressible' in wanted) return { type: 'refused', reason: wanted.inexpressible };
      const reply = await send(reference, ({ paymentIntents }) =>
        paymentIntents.capture(reference, { amount_to_capture: wanted.amount }),
      );
      if (reply === undefined) return unknown;
      if ('value' in reply) return captured(reply.value, amount);
      const refused = refusedBy('capture', reply.refusal);
      const intent = await current(reference, reply.refusal.intent);
      if (intent === undefined) return unknown;
      return intent.status === 'succeeded' ? captured(intent, amount) : refused;
    },

    async void(reference) {
      const reply = await send(reference, ({ paymentIntents }) => paymentIntents.cancel(reference));
      if (reply === undefined) return unknown;
      if ('value' in reply) return { type: 'voided', released: moneyOf(reply.value) };
      const refused = refusedBy('void', reply.refusal);
      const intent = await current(reference, reply.refusal.intent);
      if (intent === undefined) return unknown;
      if (intent.status === 'canceled') return { type: 'voided', released: moneyOf(intent) };
      return intent.status === 'succeeded' ? { type: 'taken' } : refused;
    },

    async refund({ reference, amount, refundId }) {
      const wanted = toStripe(amount);
      if ('inexpressible' in wanted) return { type: 'refused', reason: wanted.inexpressible };
      const metadata = { refund_id: refundId };
      const reply = await send(reference, ({ refunds }) =>
        refunds.create({ payment_intent: reference, amount: wanted.amount, metadata }, { idempotencyKey: refundId }),
      );
      if (reply !== undefined && 'value' in reply) {
        const made = refundOf(reply.value);
        return made.type === 'unknown' ? refundNow(reference, refundId) : made;
      }
      const made = await refundNow(reference, refundId);
      if (reply === undefined || made.type === 'refunded') return made;
      return refusedBy('refund', reply.refusal);
    },

    findRefund: ({ reference, refundId }) => findRefund(reference, refundId),

    async findHolds(orderId) {
      const query = `metadata['order_id']:'${orderId.replace(/['\\]/g, '\\$&')}'`;
      const found = await send(orderId, ({ paymentIntents }) =>
        paymentIntents.search({ query, limit: 100 }).autoPagingToArray({ limit: 1_000 }),
      );
      if (found === undefined) return unknown;
      if ('refusal' in found) throw new Error(`Stripe rejects the search: ${found.refusal.code}.`);
      // The search result may be as old as its index.
      const now = await send(orderId, ({ paymentIntents }) =>
        Promise.all(found.value.map(({ id }) => paymentIntents.retrieve(id))),
      );
      if (now === undefined) return unknown;
      if ('refusal' in now)
        throw new Error(`Stripe does not know the payment that its search found: ${now.refusal.code}.`);
      return { type: 'found', holds: now.value.map(toHold), lagMinutes: SEARCH_LAG_MINUTES };
    },

    async findHold(reference) {
      const reply = await send(reference, ({ paymentIntents }) => paymentIntents.retrieve(reference));
      if (reply === undefined) return unknown;
      if ('value' in reply) {
        return { type: 'found', orderId: reply.value.metadata['order_id'], hold: toHold(reply.value) };
      }
      if (reply.refusal.code === 'resource_missing') return { type: 'none' };
      throw new Error(`Stripe rejects the request to read a payment: ${reply.refusal.code}.`);
    },

    async check() {
      const stripe = await client();
      const { 'stripe-webhook-secret': secret } = await options.settings();
      if (secret === undefined) throw webhookSecretMissing();
      const reply = await ask(() => stripe.paymentIntents.list({ limit: 1 }), CHECK_TIMEOUT_MS);
      if ('refusal' in reply) throw new Error(`Stripe does not list payments: ${reply.refusal.code}.`);
    },
  };
}

/** Source: https://docs.stripe.com/refunds#failed-refunds */
function refundOf({
  status,
  failure_reason: why,
}: Stripe.Refund): { type: 'refunded' } | RefusedOutcome | UnknownOutcome {
  if (status === 'succeeded') return { type: 'refunded' };
  if (status === 'failed' || status === 'canceled') return { type: 'refused', reason: why ?? `refund_${status}` };
  return { type: 'unknown', reason: `Stripe says that the refund is ${status}` };
}
