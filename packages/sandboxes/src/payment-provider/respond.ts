import {
  type Answer,
  type Body,
  cancelIntent,
  captureIntent,
  type Context,
  createIntent,
  createRefund,
  getIntent,
  listIntents,
  listRefunds,
  totals,
} from './intents.ts';
import { invalid, missing, ProviderError } from './provider-error.ts';

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** `Idempotency-Key`. */
  readonly key: string | undefined;
  readonly body: Body;
}

/** JSON text that is not sent before `at` (milliseconds since the epoch). */
export interface Reply {
  readonly status: number;
  readonly body: string;
  readonly at: number;
}

/** Answers a request. @throws ProviderError for a refused request, which changes nothing */
export function respond(context: Context, request: Request): Reply {
  if (request.method === 'GET') {
    return { status: 200, body: JSON.stringify(read(context, request)), at: context.now };
  }
  return context.store.transaction(() => once(context, request));
}

function read(context: Context, { path, query }: Request): unknown {
  const id = /^\/v1\/payment_intents\/([^/]+)$/.exec(path)?.[1];
  if (id !== undefined) return getIntent(context, id);
  switch (path) {
    case '/v1/payment_intents':
      return listIntents(context, required(query, 'order_id'));
    case '/v1/refunds':
      return listRefunds(context, required(query, 'payment_intent'));
    case '/v1/charges':
      return totals(context, query.get('order_id') ?? undefined);
    default:
      throw missing('resource', path);
  }
}

function required(query: URLSearchParams, name: string): string {
  const value = query.get(name);
  if (value === null || value === '') throw invalid('parameter_missing', `Missing required param: ${name}.`, name);
  return value;
}

function write(context: Context, { method, path, body, key }: Request): Answer {
  const [, id = '', verb] = /^\/v1\/payment_intents\/([^/]+)\/(capture|cancel)$/.exec(path) ?? [];
  if (method !== 'POST') throw missing('resource', `${method} ${path}`);
  if (path === '/v1/payment_intents') return createIntent(context, body, key);
  if (path === '/v1/refunds') return createRefund(context, body);
  if (verb === 'capture') return captureIntent(context, id, body);
  if (verb === 'cancel') return cancelIntent(context, id, body);
  throw missing('resource', path);
}

/** Source: https://docs.stripe.com/api/idempotent_requests */
function once(context: Context, request: Request): Reply {
  const { store, now } = context;
  const { key } = request;
  const said = JSON.stringify([request.method, request.path, request.body]);
  const kept = key === undefined ? undefined : store.keptAnswer(key);
  if (kept !== undefined) {
    if (kept.request !== said) throw keyReused();
    return { status: kept.status, body: kept.body, at: Math.max(now, kept.available_at) };
  }
  const answer = orRefusal(() => write(context, request));
  const { status, availableAt = now, firstAt = availableAt } = answer;
  const body = JSON.stringify(answer.body);
  if (key !== undefined && answer.kept) store.keepAnswer(key, said, status, body, availableAt);
  return { status, body, at: firstAt };
}

function orRefusal(work: () => Answer): Answer {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ProviderError) || error.details.kept !== true) throw error;
    return { status: error.status, body: error.body, kept: true };
  }
}

const keyReused = () =>
  new ProviderError(
    400,
    'idempotency_error',
    'idempotency_key_reused',
    'Keys for idempotent requests can only be used with the same parameters they were first used with.',
  );
