import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Callers, ownPagesInJson } from '@dure/local-http/access-rules';
import { openServer } from '@dure/local-http/server';
import { receiveBody } from '@dure/local-http/body';
import { isObject, parseJson } from '@dure/local-http/json';
import type { Sandbox, SandboxFaults } from '@dure/local-cloud/sandboxes/sandbox';
import type { CloudLog } from '@dure/local-cloud/shared/types';
import { requestUrl } from '@dure/local-http/request-url';
import { defaultDelays, type Delays, paymentMethods } from './payment-methods.ts';
import { invalid, ProviderError } from './provider-error.ts';
import { type Reply, respond } from './respond.ts';
import { openStore, type ProviderStore } from './store.ts';

export interface ProviderOptions {
  /** The folder of `payment_provider.db`; without one the payments are in memory only. */
  readonly dataDir?: string;
  /** 0, the default, takes a free port. */
  readonly port?: number;
  readonly callers?: Callers;
  readonly log: CloudLog;
  readonly delays?: Partial<Delays>;
  readonly faults?: SandboxFaults;
}

/**
 * Starts a payment provider on 127.0.0.1 that implements a small part of Stripe's API, with JSON bodies: payment intents with
 * manual capture, refunds, idempotency keys. `GET /v1/charges` shows what really happened, by order. Every answer is on disk
 * before it is sent. Stopping it closes open connections too.
 * @throws Error when the port is taken
 */
export async function startSandbox(options: ProviderOptions): Promise<Sandbox> {
  const store = openStore(options.dataDir);
  const methods = paymentMethods({ ...defaultDelays, ...options.delays });
  const { port = 0, callers, log, faults } = options;
  const answer = (request: IncomingMessage, response: ServerResponse): void =>
    void serve(request, response, { store, methods, log, faults });
  try {
    const { endpoint, close } = await openServer({ port, rule: ownPagesInJson, answer, ...(callers && { callers }) });
    return { endpoint, stop: () => close().then(() => store.close()) };
  } catch (error) {
    store.close();
    throw error;
  }
}

interface Serving {
  readonly store: ProviderStore;
  readonly methods: ReturnType<typeof paymentMethods>;
  readonly log: CloudLog;
  readonly faults: ProviderOptions['faults'];
}

async function serve(request: IncomingMessage, response: ServerResponse, serving: Serving): Promise<void> {
  const { fault, afterMs } = serving.faults?.request() ?? { afterMs: 0 };
  const right = fault === 'down' ? undefined : await replyTo(request, response, serving);
  const reply = right === undefined || fault !== undefined ? failed(fault === 'down' ? 503 : 500) : right;
  if (response.destroyed) return;
  const timer = setTimeout(() => send(response, reply), Math.max(0, reply.at - Date.now()) + afterMs);
  response.once('close', () => clearTimeout(timer));
}

async function replyTo(
  request: IncomingMessage,
  response: ServerResponse,
  { store, methods, log }: Serving,
): Promise<Reply> {
  const now = Date.now();
  try {
    const url = requestUrl(request);
    const key = request.headers['idempotency-key'];
    return respond(
      { store, methods, now },
      {
        method: request.method ?? 'GET',
        path: url.pathname,
        query: url.searchParams,
        key: typeof key === 'string' ? key : undefined,
        body: await bodyOf(request, response),
      },
    );
  } catch (error) {
    if (error instanceof ProviderError) return { status: error.status, body: JSON.stringify(error.body), at: now };
    log('error', 'The sandbox payment provider failed', { error: String(error) });
    return failed(500);
  }
}

function failed(status: number): Reply {
  const failure = new ProviderError(status, 'api_error', 'internal_error', 'Something went wrong here.');
  return { status, body: JSON.stringify(failure.body), at: Date.now() };
}

function send(response: ServerResponse, { status, body }: Reply): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(body);
}

const MAX_BODY_BYTES = 64 * 1024;

async function bodyOf(request: IncomingMessage, response: ServerResponse): Promise<Record<string, unknown>> {
  const body = await receiveBody(request, response, MAX_BODY_BYTES);
  if (!Buffer.isBuffer(body)) throw invalid('request_too_large', `A body has ${MAX_BODY_BYTES} bytes at most.`);
  const value = body.length === 0 ? {} : parseJson(body.toString('utf8'));
  if (isObject(value)) return value;
  throw invalid('invalid_json', 'The body must be a JSON object.');
}
