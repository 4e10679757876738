import * as z from 'zod/mini';
import { type Carrier, CarrierUnreachable, type ParcelStatus } from '../application/carrier.ts';
import type { Label } from '../domain/shipping.ts';

const TIMEOUT_MS = 3_000;

const Parcel = z.object({
  carrier: z.string(),
  trackingNumber: z.string(),
  trackingUrl: z.optional(z.string()),
  status: z.enum(['labelled', 'dispatched', 'delivered', 'returned', 'lost', 'voided']),
});
type Parcel = z.output<typeof Parcel>;

/** The sandbox carrier: an HTTP server that knows parcels by the shipment's id and reports their progress by webhook. */
export function createSandboxCarrier(baseUrl: string): Carrier {
  const at = (trackingNumber: string, verb = '') => `/v1/parcels/${encodeURIComponent(trackingNumber)}${verb}`;
  return {
    async label({ shipmentId, recipient, lines }) {
      const answer = await ask(baseUrl, 'PUT', `/v1/shipments/${shipmentId}`, { recipient, lines });
      if (answer.status === 422) return { type: 'refused' };
      return { type: 'labelled', label: labelOf(answer) };
    },

    async findLabel(shipmentId) {
      const answer = await ask(baseUrl, 'GET', `/v1/shipments/${shipmentId}`);
      return answer.status === 404 ? undefined : labelOf(answer);
    },

    async void(trackingNumber) {
      const answer = await ask(baseUrl, 'POST', at(trackingNumber, '/void'));
      return answer.status === 409 ? 'too-late' : parcelIn(answer).status === 'voided' ? 'voided' : 'too-late';
    },

    async recall(trackingNumber) {
      const answer = await ask(baseUrl, 'POST', at(trackingNumber, '/recall'));
      const { status } = parcelIn(answer);
      if (status === 'returned' || status === 'delivered' || status === 'lost') return status;
      throw new CarrierUnreachable(`The carrier has not recalled the parcel: it is ${status}.`);
    },

    async find(trackingNumber): Promise<ParcelStatus | undefined> {
      const answer = await ask(baseUrl, 'GET', at(trackingNumber));
      return answer.status === 404 ? undefined : parcelIn(answer).status;
    },
  };
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** One attempt: the queue retries with a back-off. */
async function ask(baseUrl: string, method: string, path: string, body?: unknown): Promise<Answer> {
  let answer: Answer;
  try {
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      headers: method === 'GET' ? {} : { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    answer = { status: response.status, body: await response.json() };
  } catch (error) {
    throw new CarrierUnreachable('The carrier did not answer.', { cause: error });
  }
  if (answer.status >= 500 || answer.status === 429) {
    throw new CarrierUnreachable(`The carrier answered ${answer.status}.`);
  }
  return answer;
}

function labelOf(answer: Answer): Label {
  const { carrier, trackingNumber, trackingUrl } = parcelIn(answer);
  return { carrier, trackingNumber, trackingUrl };
}

function parcelIn({ status, body }: Answer): Parcel {
  const parsed = z.safeParse(Parcel, body);
  if ((status === 200 || status === 201) && parsed.success) return parsed.data;
  throw new Error(`The carrier answered ${status} without a parcel.`);
}
