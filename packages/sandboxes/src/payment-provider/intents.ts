import { randomUUID } from 'node:crypto';
import { amount, currency, exactly, object, optional, readFields, text } from './fields.ts';
import type { PaymentMethod } from './payment-methods.ts';
import { invalid, missing, ProviderError } from './provider-error.ts';
import type { IntentRow, ProviderStore } from './store.ts';

/** The answer to a request, and its time. Times are milliseconds since the epoch. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  /** Not sent before this time; a repetition with the same key waits too. */
  readonly availableAt?: number;
  /** The first answer is sent later still. */
  readonly firstAt?: number;
  /** Whether a repetition with the same key gets the same answer. */
  readonly kept: boolean;
}

export type Body = Readonly<Record<string, unknown>>;

export interface Context {
  readonly store: ProviderStore;
  readonly methods: ReadonlyMap<string, PaymentMethod>;
  readonly now: number;
}

export const identifier = (prefix: string): string => `${prefix}_${randomUUID().replaceAll('-', '')}`;

/** Source: https://docs.stripe.com/api/payment_intents/create */
export function createIntent({ store, methods, now }: Context, body: Body, key: string | undefined): Answer {
  const asked = readFields(body, {
    amount,
    currency,
    payment_method: text,
    metadata: object({ order_id: text }),
    capture_method: exactly('manual'),
    confirm: exactly(true),
  });
  const orderId = asked.metadata.order_id;
  const method = methods.get(asked.payment_method);
  if (method === undefined) {
    throw invalid('resource_missing', `No such PaymentMethod: '${asked.payment_method}'`, 'payment_method');
  }
  if ((store.countAttempt(key ?? orderId)?.count ?? 0) <= (method.failures ?? 0)) {
    const error = new ProviderError(503, 'api_error', 'service_unavailable', 'The card network did not answer.');
    return { status: error.status, body: error.body, kept: false };
  }
  const id = identifier('pi');
  const decidedAt = now + (method.decidesAfterMs ?? 0);
  const declined = method.declines ?? null;
  store.addIntent(id, orderId, asked.amount, asked.currency, asked.payment_method, decidedAt, declined, now);
  const intent = toIntent(known(store, id), decidedAt);
  const times = { availableAt: decidedAt, firstAt: decidedAt + (method.answersAfterMs ?? 0), kept: true };
  if (declined === null) return { status: 200, body: intent, ...times };
  const refusal = new ProviderError(402, 'card_error', declined, 'The card was declined.', { paymentIntent: intent });
  return { status: refusal.status, body: refusal.body, ...times };
}

/** Source: https://docs.stripe.com/api/payment_intents/capture */
export function captureIntent({ store, now }: Context, id: string, body: Body): Answer {
  const { amount_to_capture: asked } = readFields(body, { amount_to_capture: optional(amount) });
  const row = inStatus(store, id, 'requires_capture', 'captured', now);
  if (asked !== undefined && asked > row.amount) {
    throw refused('amount_too_large', `Only ${row.amount} can be captured.`, { param: 'amount_to_capture' });
  }
  store.setCaptured(asked ?? row.amount, id);
  return done(store, id, now);
}

/** Source: https://docs.stripe.com/api/payment_intents/cancel */
export function cancelIntent({ store, now }: Context, id: string, body: Body): Answer {
  readFields(body, {});
  inStatus(store, id, 'requires_capture', 'canceled', now);
  store.setCanceled(now, id);
  return done(store, id, now);
}

/** Source: https://docs.stripe.com/api/refunds/create */
export function createRefund({ store, methods, now }: Context, body: Body): Answer {
  const asked = readFields(body, {
    payment_intent: text,
    amount,
    metadata: optional(object({ refund_id: optional(text) })),
  });
  const row = known(store, asked.payment_intent);
  const left = (row.captured ?? 0) - row.refunded;
  if (asked.amount > left) {
    const message = `Of this payment ${left} can be refunded, not ${asked.amount}.`;
    throw refused('charge_already_refunded', message, { param: 'amount' });
  }
  const refusals = methods.get(row.payment_method)?.refusedRefunds ?? 0;
  if (refusals > 0 && (store.countAttempt(`refunds of ${row.id}`)?.count ?? 0) <= refusals) {
    const error = refused('charge_disputed', 'This payment cannot be refunded now.', {});
    return { status: error.status, body: error.body, kept: true };
  }
  const id = identifier('re');
  const metadata = asked.metadata ?? {};
  store.addRefunded(asked.amount, row.id);
  store.addRefund(id, row.id, asked.amount, JSON.stringify(metadata), now);
  const refund = { id, object: 'refund', amount: asked.amount, currency: row.currency, payment_intent: row.id };
  return { status: 200, body: { ...refund, metadata, status: 'succeeded', created: seconds(now) }, kept: true };
}

export function getIntent({ store, now }: Context, id: string): unknown {
  return toIntent(known(store, id), now);
}

export function listIntents({ store, now }: Context, orderId: string): unknown {
  return { object: 'list', data: store.intentsOfOrder(orderId).map((row) => toIntent(row, now)) };
}

export function listRefunds({ store }: Context, intentId: string): unknown {
  const row = known(store, intentId);
  const data = store.refundsOfIntent(intentId).map((refund) => ({
    id: refund.id,
    object: 'refund',
    amount: refund.amount,
    currency: row.currency,
    payment_intent: refund.payment_intent,
    metadata: JSON.parse(refund.metadata) as unknown,
    status: 'succeeded',
    created: seconds(refund.created),
  }));
  return { object: 'list', data };
}

/** Not one of Stripe's endpoints: the totals by order, for tests. */
export function totals({ store, now }: Context, orderId: string | undefined): unknown {
  return { object: 'list', data: store.totals(now, orderId ?? null) };
}

function known(store: ProviderStore, id: string): IntentRow {
  const row = store.intent(id);
  if (row === undefined) throw missing('payment_intent', id);
  return row;
}

function inStatus(store: ProviderStore, id: string, status: string, verb: string, now: number): IntentRow {
  const row = known(store, id);
  const is = statusOf(row, now);
  if (is === status) return row;
  const message = `This PaymentIntent could not be ${verb} because it has a status of ${is}.`;
  throw refused('payment_intent_unexpected_state', message, { paymentIntent: toIntent(row, now) });
}

const refused = (code: string, message: string, details: { param?: string; paymentIntent?: unknown }) =>
  new ProviderError(400, 'invalid_request_error', code, message, { ...details, kept: true });

const done = (store: ProviderStore, id: string, now: number): Answer => ({
  status: 200,
  body: toIntent(known(store, id), now),
  kept: true,
});

function statusOf(row: IntentRow, now: number) {
  if (now < row.decided_at) return 'processing';
  if (row.declined !== null) return 'requires_payment_method';
  if (row.canceled_at !== null) return 'canceled';
  return row.captured === null ? 'requires_capture' : 'succeeded';
}

function toIntent(row: IntentRow, now: number) {
  const status = statusOf(row, now);
  return {
    id: row.id,
    object: 'payment_intent',
    amount: row.amount,
    amount_capturable: status === 'requires_capture' ? row.amount : 0,
    amount_received: row.captured ?? 0,
    currency: row.currency,
    payment_method: row.payment_method,
    capture_method: 'manual',
    metadata: { order_id: row.order_id },
    status,
    last_payment_error: row.declined === null ? null : { type: 'card_error', code: row.declined },
    canceled_at: row.canceled_at === null ? null : seconds(row.canceled_at),
    created: seconds(row.created),
  };
}

const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000);
