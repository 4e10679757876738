import { createServer } from 'node:http';
import { afterAll } from '@jest/globals';
import { Webhook } from 'standardwebhooks';

export interface Received {
  readonly id: string;
  readonly type: string;
  readonly trackingNumber: string;
  /** Whether the reference implementation of the specification accepts it. */
  readonly genuine: boolean;
}

export const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

/** Receives webhooks, and answers as configured; 204 by default. */
export async function startReceiver() {
  const received: Received[] = [];
  let answer: (times: number) => number = () => 204;
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks).toString('utf8');
      const { type, data } = JSON.parse(body) as { type: string; data: { trackingNumber: string } };
      const headers = request.headers as Record<string, string>;
      const id = String(headers['webhook-id']);
      received.push({
        id,
        type,
        trackingNumber: data.trackingNumber,
        genuine: isGenuine(body, headers),
      });
      response.writeHead(answer(received.filter((it) => it.id === id).length)).end();
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  afterAll(stop);
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}/webhooks`,
    received,
    of: (trackingNumber: string) => received.filter((it) => it.trackingNumber === trackingNumber),
    /** By the number of attempts of the webhook, from 1. */
    answerWith: (how: (times: number) => number) => {
      answer = how;
    },
  };
}

function isGenuine(body: string, headers: Record<string, string>): boolean {
  try {
    new Webhook(SECRET).verify(body, headers);
    return true;
  } catch {
    return false;
  }
}

type Probed<Result> = Result | undefined | false;

/** Polls until `probe` returns something other than undefined and false. */
export async function eventually<Result>(what: string, probe: () => Promise<Probed<Result>> | Probed<Result>) {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    const result = await probe();
    if (result !== undefined && result !== false) return result;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`${what}: not in time.`);
}

export interface Parcel {
  readonly carrier: string;
  readonly trackingNumber: string;
  readonly shipmentId: string;
  readonly status: string;
}

/** A plain HTTP client of the carrier. */
export function clientOf(endpoint: string) {
  const send = async (method: string, path: string, body?: unknown) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const init = { method, body: text, headers: { 'content-type': 'application/json' } };
    const response = await fetch(`${endpoint}${path}`, { ...init, signal: AbortSignal.timeout(10_000) });
    return { status: response.status, body: (await response.json()) as Parcel };
  };
  return {
    send,
    order: (shipmentId: string, story?: string) =>
      send('PUT', `/v1/shipments/${shipmentId}`, {
        recipient: { name: 'Mina', line2: story && `sandbox: ${story}` },
        lines: [{ sku: 'MUG', quantity: 1 }],
      }),
    parcel: (trackingNumber: string) => send('GET', `/v1/parcels/${trackingNumber}`),
    parcelOfShipment: (shipmentId: string) => send('GET', `/v1/shipments/${shipmentId}`),
    voided: (trackingNumber: string) => send('POST', `/v1/parcels/${trackingNumber}/void`),
    recalled: (trackingNumber: string) => send('POST', `/v1/parcels/${trackingNumber}/recall`),
  };
}
