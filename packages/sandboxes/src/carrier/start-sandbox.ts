import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Callers, ownPagesInJson } from '@dure/local-http/access-rules';
import { type LocalServer, openServer } from '@dure/local-http/server';
import type { Sandbox, SandboxFaults } from '@dure/local-cloud/sandboxes/sandbox';
import { receiveJson } from '@dure/local-http/body';
import type { CloudLog } from '@dure/local-cloud/shared/types';
import { requestUrl } from '@dure/local-http/request-url';
import {
  advance,
  type Answer,
  type Context,
  defaultDelays,
  type Delays,
  listParcels,
  orderCarriage,
  recallParcel,
  showParcel,
  showShipment,
  voidParcel,
} from './parcels.ts';
import { type CarrierStore, openStore } from './store.ts';
import { sendDue, type WebhookTarget } from './webhooks.ts';

export interface CarrierOptions {
  /** The folder of `carrier.db`; without one the parcels are in memory only. */
  readonly dataDir?: string;
  /** 0, the default, takes a free port. */
  readonly port?: number;
  readonly callers?: Callers;
  readonly log: CloudLog;
  readonly delays?: Partial<Delays>;
  readonly faults?: SandboxFaults;
}

export interface SandboxCarrier extends Sandbox {
  /** From now on the parcels move, and webhooks go to this receiver; like `PUT /v1/webhook`. */
  setWebhookTarget(target: WebhookTarget): void;
  /** Whether a parcel moves or a webhook is pending, without any request. */
  busy(): boolean;
}

/**
 * Starts a carrier on 127.0.0.1: parcels are ordered by `PUT /v1/shipments/{id}`, found there by `GET`, shown, voided and
 * recalled under `/v1/parcels/{trackingNumber}`, and move by themselves (see stories.ts). Signed webhooks report them to the
 * receiver that `PUT /v1/webhook` (`{ url, secret }`) sets, and are retried until accepted; before that they wait. Every
 * answer is on disk before it is sent.
 * @throws Error when the port is taken
 */
export async function startSandbox(options: CarrierOptions): Promise<SandboxCarrier> {
  const store = openStore(options.dataDir);
  const delays = { ...defaultDelays, ...options.delays };
  const context = (): Context => ({ store, delays, now: Date.now() });
  const clock = startClock(store, context, options);
  const { port = 0, callers } = options;
  const answer = (request: IncomingMessage, response: ServerResponse): void =>
    void serve(request, response, context, options).then(clock.wake);
  let door: LocalServer;
  try {
    door = await openServer({ port, rule: ownPagesInJson, answer, ...(callers && { callers }) });
  } catch (error) {
    store.close();
    throw error;
  }
  clock.wake();
  return {
    endpoint: door.endpoint,
    setWebhookTarget(target) {
      store.setTarget(target.url, target.secret);
      clock.wake();
    },
    busy: () => store.target() !== undefined && (store.nextAt()?.at ?? null) !== null,
    async stop() {
      await clock.stop();
      await door.close();
      store.close();
    },
  };
}

/** Sleeps until the next parcel moves or the next webhook is due. */
function startClock(store: CarrierStore, context: () => Context, { log, faults }: CarrierOptions) {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let stopped = false;

  function wake(): void {
    if (stopped || running !== undefined || store.target() === undefined) return;
    clearTimeout(timer);
    const at = store.nextAt()?.at;
    if (at !== null && at !== undefined) timer = setTimeout(tick, Math.max(0, at - Date.now()));
  }

  function tick(): void {
    const target = store.target();
    if (stopped || target === undefined) return;
    store.transaction(() => advance(context()));
    running = sendDue(store, target, log, faults?.webhookCopies).finally(() => {
      running = undefined;
      wake();
    });
  }

  return {
    wake,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  context: () => Context,
  { log, faults }: CarrierOptions,
): Promise<void> {
  const { fault, afterMs: lateMs } = faults?.request() ?? { afterMs: 0 };
  const right = fault === 'down' ? undefined : await answerTo(request, response, context).catch(broken(log));
  const {
    status,
    body,
    afterMs = 0,
  }: Answer = right === undefined || fault !== undefined ? failed(fault === 'down' ? 503 : 500) : right;
  const send = () => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  const timer = setTimeout(send, afterMs + lateMs);
  response.once('close', () => clearTimeout(timer));
}

const failed = (status: number): Answer => ({ status, body: { title: 'Something went wrong here' } });

const broken = (log: CloudLog) => (error: unknown) => {
  log('error', 'The sandbox carrier failed', { error: String(error) });
  return failed(500);
};

const MAX_BODY_BYTES = 64 * 1024;

async function answerTo(request: IncomingMessage, response: ServerResponse, context: () => Context): Promise<Answer> {
  const body = (await receiveJson(request, response, MAX_BODY_BYTES)) ?? null;
  const { pathname, searchParams } = requestUrl(request);
  const [, collection, id = '', verb = ''] =
    /^\/v1\/(webhook|shipments|parcels)(?:\/([^/]+))?(?:\/(\w+))?$/.exec(pathname) ?? [];
  const answers = new Map<string, (on: Context) => Answer>([
    ['PUT webhook ', (on) => setTarget(on, body)],
    ['PUT shipments ', (on) => orderCarriage(on, id, body)],
    ['GET shipments ', (on) => showShipment(on, id)],
    ['GET parcels ', (on) => (id === '' ? listParcels(on, searchParams.get('after') ?? '') : showParcel(on, id))],
    ['POST parcels void', (on) => voidParcel(on, id)],
    ['POST parcels recall', (on) => recallParcel(on, id)],
  ]);
  const answer = answers.get(`${request.method} ${collection} ${verb}`);
  if (answer === undefined) return { status: 404, body: { title: `There is no ${request.method} ${pathname}` } };
  const on = context();
  return on.store.transaction(() => answer(on));
}

function setTarget({ store }: Context, body: unknown): Answer {
  const { url, secret } = (body ?? {}) as Partial<WebhookTarget>;
  if (typeof url !== 'string' || !URL.canParse(url) || typeof secret !== 'string') {
    return { status: 400, body: { title: 'url and secret are required' } };
  }
  store.setTarget(url, secret);
  return { status: 200, body: { url } };
}
