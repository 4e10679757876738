import type { Money } from '@dure/contracts/values';
import * as z from 'zod/mini';
import type { Hold, PaymentProvider, RefusedOutcome, UnknownOutcome } from '../../application/provider.ts';
import { defaultResilience, type Resilience, resilient } from '../resilience.ts';
import { type Answer, type ProviderRequest, send } from '../send.ts';

const Intent = z.object({
  id: z.string(),
  status: z.enum(['processing', 'requires_payment_method', 'requires_capture', 'canceled', 'succeeded']),
  amount: z.int(),
  amount_received: z.int(),
  currency: z.string(),
  metadata: z.object({ order_id: z.string() }),
});
type Intent = z.output<typeof Intent>;

const Intents = z.object({ data: z.array(Intent) });
const Refund = z.object({ id: z.string(), status: z.literal('succeeded') });
const Refunds = z.object({
  data: z.array(z.extend(Refund, { metadata: z.object({ refund_id: z.optional(z.string()) }) })),
});
const Failure = z.object({
  error: z.object({ type: z.string(), code: z.string(), payment_intent: z.optional(Intent) }),
});

const unknown: UnknownOutcome = { type: 'unknown', reason: 'the payment provider did not answer' };

/**
 * The sandbox provider, an HTTP server like a small Stripe. A time-out, a network or server error and an open circuit
 * breaker make the outcome unknown; only the provider's own refusal counts as one.
 */
export function createSandboxProvider(baseUrl: string, changes: Partial<Resilience> = {}): PaymentProvider {
  const settings = { ...defaultResilience, ...changes };
  const attempt = resilient(settings);
  const request = (what: ProviderRequest) =>
    attempt(what.key ?? what.path, () => send(baseUrl, what, settings.timeoutMs));
  const post = (path: string, body: unknown, key?: string) => request({ method: 'POST', path, body, key });

  return {
    async authorise({ orderId, amount, paymentMethod, key }) {
      const body = {
        amount: amount.amount,
        currency: amount.currency.toLowerCase(),
        payment_method: paymentMethod,
        metadata: { order_id: orderId },
        capture_method: 'manual',
        confirm: true,
      };
      const answer = await post('/v1/payment_intents', body, key);
      if (answer === undefined) return unknown;
      if (answer.status !== 200) return { type: 'declined', reason: refusal(answer).code };
      const { id, status } = read(Intent, answer);
      return status === 'requires_capture' ? { type: 'approved', reference: id } : unknown;
    },

    async capture({ reference, amount, key }) {
      const answer = await post(`${pathOf(reference)}/capture`, { amount_to_capture: amount.amount }, key);
      if (answer === undefined) return unknown;
      if (answer.status === 200) return captured(read(Intent, answer), amount);
      const { code, intent } = refusal(answer);
      return intent?.status === 'succeeded' ? captured(intent, amount) : { type: 'refused', reason: code };
    },

    async void(reference) {
      const answer = await post(`${pathOf(reference)}/cancel`, {});
      if (answer === undefined) return unknown;
      if (answer.status === 200) return { type: 'voided', released: moneyOf(read(Intent, answer)) };
      const { code, intent } = refusal(answer);
      if (intent?.status === 'canceled') return { type: 'voided', released: moneyOf(intent) };
      return intent?.status === 'succeeded' ? { type: 'taken' } : { type: 'refused', reason: code };
    },

    async refund({ reference, amount, refundId }) {
      const body = { payment_intent: reference, amount: amount.amount, metadata: { refund_id: refundId } };
      const answer = await post('/v1/refunds', body, refundId);
      if (answer === undefined) return unknown;
      if (answer.status !== 200) return { type: 'refused', reason: refusal(answer).code };
      read(Refund, answer);
      return { type: 'refunded' };
    },

    async findRefund({ reference, refundId }) {
      const path = `/v1/refunds?payment_intent=${encodeURIComponent(reference)}`;
      const answer = await request({ method: 'GET', path });
      if (answer === undefined) return unknown;
      const made = read(Refunds, answer).data.some(({ metadata }) => metadata.refund_id === refundId);
      return { type: made ? 'refunded' : 'none' };
    },

    async findHolds(orderId) {
      const answer = await request(search(orderId));
      if (answer === undefined) return unknown;
      return { type: 'found', holds: read(Intents, answer).data.map(toHold), lagMinutes: 0 };
    },

    async findHold(reference) {
      const answer = await request({ method: 'GET', path: pathOf(reference) });
      if (answer === undefined) return unknown;
      if (answer.status === 404) return { type: 'none' };
      const intent = read(Intent, answer);
      return { type: 'found', orderId: intent.metadata.order_id, hold: toHold(intent) };
    },

    async check() {
      await send(baseUrl, search('none'), settings.timeoutMs);
    },
  };
}

const search = (orderId: string): ProviderRequest => ({
  method: 'GET',
  path: `/v1/payment_intents?order_id=${encodeURIComponent(orderId)}`,
});

const pathOf = (reference: string) => `/v1/payment_intents/${encodeURIComponent(reference)}`;

/** The captured amount must be the requested one: anything else needs a person. */
function captured(intent: Intent, amount: Money): { type: 'captured' } | RefusedOutcome {
  if (intent.amount_received === amount.amount) return { type: 'captured' };
  throw new Error(`The provider captured ${intent.amount_received} of ${intent.id}, not ${amount.amount}.`);
}

const moneyOf = ({ amount, currency }: Intent): Money => ({ amount, currency: currency.toUpperCase() }) as Money;

const STATUS = {
  processing: 'pending',
  requires_payment_method: 'declined',
  requires_capture: 'held',
  canceled: 'released',
  succeeded: 'taken',
} as const satisfies Record<Intent['status'], Hold['status']>;

const toHold = (intent: Intent): Hold => ({
  reference: intent.id,
  amount: moneyOf(intent),
  status: STATUS[intent.status],
});

function read<Schema extends z.ZodMiniType>(schema: Schema, { status, body }: Answer): z.output<Schema> {
  const result = z.safeParse(schema, body);
  if (status === 200 && result.success) return result.data;
  throw new Error(`The provider answered ${status} with an unexpected body.`);
}

const REFUSALS = [400, 402, 404];

/** A refusal by the provider: of a card, or of a request that does not fit its state. Anything else is our mistake. */
function refusal({ status, body }: Answer): { code: string; intent: Intent | undefined } {
  const result = z.safeParse(Failure, body);
  const type = result.data?.error.type;
  const refused = REFUSALS.includes(status) && (type === 'card_error' || type === 'invalid_request_error');
  if (result.data === undefined || !refused) {
    throw new Error(`The provider answered ${status} ${type ?? 'with an unexpected body'}.`);
  }
  return { code: result.data.error.code, intent: result.data.error.payment_intent };
}
