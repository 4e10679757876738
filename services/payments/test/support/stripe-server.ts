import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { StripeAccount } from './stripe-account.ts';
import { invalid, missing, StripeFailure } from './stripe-error.ts';
import { type Form, parseForm, text } from './stripe-form.ts';

export const SECRET_KEY = 'sk_test_4eC39HqLyjWDarjtT1zdp7dc';

export interface StripeServerOptions {
  /** How long `pm_sandbox_timeout` is decided on, and by how much the first answer to `pm_sandbox_late` is late. */
  readonly delays?: { readonly timeoutMs: number; readonly lateMs: number };
  /** By how much the search is behind. */
  readonly searchLagMs?: number;
  /** Objects of a page at most, however many are asked for. */
  readonly pageSize?: number;
}

/** What becomes of the next requests that match, as many as `times`. */
export interface Fault {
  readonly path: RegExp;
  readonly method?: 'GET' | 'POST';
  readonly times: number;
  readonly fails:
    | StripeFailure
    /** Before anything was begun. */
    | 'unavailable'
    | 'hangs-up'
    /** With 500, which is the answer from then on: before the effect, or after it. */
    | 'broken-before'
    | 'broken-after'
    /** It has its effect, and the answer is lost. */
    | 'unheard';
}

interface Kept {
  readonly said: string;
  answer?: { readonly status: number; readonly body: string; readonly headers?: Readonly<Record<string, string>> };
}

interface Page {
  readonly data: readonly unknown[];
  readonly has_more: boolean;
}

/**
 * Answers on 127.0.0.1 as Stripe's documented API does: forms in, JSON out, bearer keys, idempotency keys (also of failures,
 * 409 while a request is under way, `idempotency_error` for another request), errors, search and lists in pages.
 * Sources: https://docs.stripe.com/api https://docs.stripe.com/api/idempotent_requests https://docs.stripe.com/search
 */
export async function startStripeServer(options: StripeServerOptions = {}) {
  const { delays = { timeoutMs: 10_000, lateMs: 3_000 }, searchLagMs = 0, pageSize = 100 } = options;
  const account = new StripeAccount();
  const keys = new Map<string, Kept>();
  const tries = new Map<string, number>();
  const faults: { fault: Fault; left: number }[] = [];
  const requests: string[] = [];
  const since = new Map<unknown, number>();

  const nextFault = (method: string, path: string): Fault['fails'] | undefined => {
    const found = faults.find(
      ({ fault, left }) => left > 0 && fault.path.test(path) && (fault.method ?? method) === method,
    );
    if (found !== undefined) found.left -= 1;
    return found?.fault.fails;
  };

  const page = (all: readonly { readonly id: string }[], query: URLSearchParams, start: number): Page => {
    const size = Math.min(pageSize, Number(query.get('limit') ?? 10));
    return { data: all.slice(start, start + size), has_more: start + size < all.length };
  };

  function search(query: URLSearchParams) {
    const asked = /^metadata\['(\w+)'\]:'((?:[^'\\]|\\.)*)'$/.exec(query.get('query') ?? '');
    if (asked === null) throw invalid(undefined, 'We were unable to parse your search query.', 'query');
    const [, name = '', escaped = ''] = asked;
    const value = escaped.replace(/\\(.)/g, '$1');
    const found = account.intents.filter(
      (intent) => intent.metadata[name] === value && Date.now() - (since.get(intent) ?? 0) >= searchLagMs,
    );
    const start = Number(query.get('page') ?? 0);
    const result = page(found, query, start);
    const next_page = result.has_more ? String(start + result.data.length) : null;
    return { object: 'search_result', url: '/v1/payment_intents/search', ...result, next_page };
  }

  function list(all: readonly { readonly id: string }[], query: URLSearchParams, url: string) {
    const start = all.findIndex((one) => one.id === query.get('starting_after')) + 1;
    return { object: 'list', url, ...page(all, query, start) };
  }

  function read(path: string, query: URLSearchParams): unknown {
    if (path === '/v1/payment_intents/search') return search(query);
    if (path === '/v1/payment_intents') return list(account.intents, query, path);
    if (path === '/v1/refunds') {
      const of = query.get('payment_intent');
      return list(account.refunds.filter((refund) => refund.payment_intent === of).toReversed(), query, path);
    }
    const reference = /^\/v1\/payment_intents\/(\w+)$/.exec(path)?.[1];
    if (reference !== undefined) return account.intent(reference);
    throw missing('resource', path, 'path');
  }

  async function write(path: string, form: Form, key: string): Promise<unknown> {
    const [, reference = '', verb] = /^\/v1\/payment_intents\/(\w+)\/(capture|cancel)$/.exec(path) ?? [];
    if (verb === 'capture') return account.capture(reference, form);
    if (verb === 'cancel') return account.cancel(reference);
    if (path === '/v1/refunds') return account.refund(form);
    if (path !== '/v1/payment_intents') throw missing('resource', path, 'path');
    const method = text(form, 'payment_method');
    if (method === 'pm_sandbox_timeout') await pause(delays.timeoutMs, undefined, { ref: false });
    const tried = (tries.get(key) ?? 0) + 1;
    tries.set(key, tried);
    if (method === 'pm_sandbox_flaky' && tried <= 2) {
      throw new StripeFailure(429, 'invalid_request_error', 'Too many requests', { code: 'rate_limit' });
    }
    const intent = account.create(form);
    since.set(intent, Date.now());
    return intent;
  }

  /** The key is taken when the endpoint begins, and the answer belongs to it unless nothing was begun. */
  async function once(path: string, body: string, key: string, fault: Fault['fails'] | undefined) {
    const said = `${path}?${body}`;
    const kept = keys.get(key);
    if (kept !== undefined && kept.said !== said) {
      throw new StripeFailure(400, 'idempotency_error', 'Keys can only be used with the same parameters.', {});
    }
    if (kept !== undefined && kept.answer === undefined) {
      throw new StripeFailure(409, 'invalid_request_error', 'There is another request with this key in progress.', {
        code: 'idempotency_key_in_use',
      });
    }
    if (kept?.answer !== undefined) return kept.answer;
    const began: Kept = { said };
    keys.set(key, began);
    try {
      if (fault === 'unavailable') throw unavailable();
      if (fault === 'broken-before') throw broken();
      const value = await write(path, parseForm(body), key);
      if (fault === 'broken-after') throw broken();
      began.answer = { status: 200, body: JSON.stringify(value) };
    } catch (error) {
      if (!(error instanceof StripeFailure) || !error.kept) {
        keys.delete(key);
        throw error;
      }
      began.answer = { status: error.status, body: JSON.stringify(error.body), headers: error.headers };
    }
    return began.answer;
  }

  async function answer(request: IncomingMessage) {
    const { pathname: path, searchParams: query } = new URL(request.url ?? '/', 'http://localhost');
    const { method = 'GET' } = request;
    const body = await readText(request);
    requests.push(`${method} ${path}`);
    if (request.headers.authorization !== `Bearer ${SECRET_KEY}`) {
      throw new StripeFailure(401, 'invalid_request_error', 'Invalid API Key provided: sk_test_****');
    }
    const fault = nextFault(method, path);
    if (fault instanceof StripeFailure) throw fault;
    if (fault === 'hangs-up') return undefined;
    if (method === 'GET') {
      if (fault !== undefined) throw unavailable();
      return { status: 200, body: JSON.stringify(read(path, query)), late: 0 };
    }
    const key = String(request.headers['idempotency-key'] ?? randomUUID());
    const first = !keys.has(key);
    const late = first && parseForm(body)['payment_method'] === 'pm_sandbox_late' ? delays.lateMs : 0;
    const response_ = await once(path, body, key, fault);
    return fault === 'unheard' ? undefined : { ...response_, late };
  }

  async function serve(request: IncomingMessage, response: ServerResponse) {
    const reply = await answer(request).catch((error: unknown) => {
      const failure = error instanceof StripeFailure ? error : new StripeFailure(500, 'api_error', String(error));
      return { status: failure.status, body: JSON.stringify(failure.body), late: 0, headers: failure.headers };
    });
    if (reply === undefined) {
      request.socket.destroy();
      return;
    }
    if (reply.late > 0) await pause(reply.late, undefined, { ref: false });
    if (response.destroyed) return;
    const headers = 'headers' in reply ? reply.headers : {};
    response.writeHead(reply.status, { 'content-type': 'application/json', 'request-id': 'req_1', ...headers });
    response.end(reply.body);
  }

  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    account,
    /** Method and path of each, as they came. */
    requests,
    fail: (fault: Fault) => faults.push({ fault, left: fault.times }),
    /** Ends all failures. */
    heal: () => void faults.splice(0),
    /** As Stripe does after a day. */
    forgetKeys: () => keys.clear(),
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export type StripeServer = Awaited<ReturnType<typeof startStripeServer>>;

const broken = () =>
  new StripeFailure(
    500,
    'api_error',
    'An unknown error occurred',
    {},
    {
      kept: true,
      headers: { 'stripe-should-retry': 'false' },
    },
  );

const unavailable = () => new StripeFailure(503, 'api_error', 'Stripe is not available');

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
