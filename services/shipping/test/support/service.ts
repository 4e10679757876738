import { randomUUID } from 'node:crypto';
import { afterAll } from '@jest/globals';
import { OrderCancellationRequested } from '@dure/contracts/orders';
import {
  AwaitDelivery,
  CancelShipping,
  ShipmentCreated,
  ShipmentRecallRequested,
  ShipOrder,
} from '@dure/contracts/shipping';
import { signWebhook } from '@dure/webhooks/sign';
import { startSandbox } from '@dure/sandboxes/carrier';
import { startTestAws } from '@dure/testing/aws';
import { createTestTable } from '@dure/testing/dynamodb';
import { busRecord, call, lambdaContext, sqsEvent } from '@dure/testing/lambda-events';
import { outboxOf, type PublishedEnvelope } from '@dure/testing/outbox';

export const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

/** Of a rotation that is under way: both are valid. */
const NEXT_SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

/** The whole service on its own table, with its own carrier; parcels do not move by themselves. */
export async function startService() {
  const { ssm } = await startTestAws();
  const { tableName } = await createTestTable({
    indexes: [
      { name: 'byStatus', pk: 'statusPk', sk: 'statusSk' },
      { name: 'due', pk: 'duePk', sk: 'dueSk' },
    ],
  });
  const carrier = await startSandbox({ log: () => undefined });
  ssm.put('/dure/test/shipping/carrier-webhook-secret', `${NEXT_SECRET} ${SECRET}`);
  Object.assign(process.env, {
    TABLE_NAME: tableName,
    SERVICE_NAME: 'shipping',
    STAGE: 'test',
    LOG_LEVEL: 'error',
    QUEUE_URL: 'http://127.0.0.1:9/none',
    QUEUE_DLQ_URL: 'http://127.0.0.1:9/none',
    MAX_RECEIVES: '5',
    CARRIER_URL: carrier.endpoint,
  });
  const { handler: commands } = await import('../../src/events/commands.ts');
  const { handler: carrierRequests } = await import('../../src/events/carrier.ts');
  const { handler: api } = await import('../../src/http/index.ts');
  const { handler: webhooks } = await import('../../src/http/webhooks.ts');
  const { dependencies, store, table } = await import('../../src/composition.ts');
  const { pollSilentShipments } = await import('../../src/application/poll-silent-shipments.ts');
  const { scheduledCall } = await import('@dure/contracts/binding/call');

  afterAll(() => carrier.stop());

  const outbox = (orderId: string) => outboxOf(table.client, tableName, orderId);
  const ask = (...records: ReturnType<typeof busRecord>[]) => carrierRequests(sqsEvent(...records), lambdaContext);

  return {
    api,
    store,
    table,
    dependencies: dependencies(),
    send: (...records: ReturnType<typeof busRecord>[]) => commands(sqsEvent(...records), lambdaContext),
    /** Passes the service's requests on to the carrier, from the `from`th event on, as the queue does. */
    async askCarrier(orderId: string, from = 1) {
      const asking = (await outbox(orderId)).filter(({ type, sequence }) => sequence >= from && requestOf(type));
      for (const event of asking) {
        const contract = requestOf(event.type);
        if (contract) await ask(busRecord({ contract, subject: orderId, id: event.id, data: event.data }));
      }
    },
    ask,
    published: async (orderId: string) =>
      (await outbox(orderId)).map(({ type, sequence, data, replyto }) => ({
        name: nameOf(type),
        sequence,
        data,
        replyto,
      })),
    correlationsOf: async (orderId: string) => new Set((await outbox(orderId)).map((event) => event.correlationid)),
    names: async (orderId: string) => (await outbox(orderId)).map(({ type }) => nameOf(type)),
    shipments: async (orderId: string) => {
      const { body } = await call(api, { resource: '/v1/shipments', query: { orderId, limit: '100' } });
      return body['items'] as Shown[];
    },
    operate: (shipmentId: string, verb: 'dispatch' | 'outcome', body: unknown, key?: string) =>
      call(api, {
        method: 'POST',
        resource: `/v1/shipments/{shipmentId}/${verb}`,
        params: { shipmentId },
        body,
        headers: key === undefined ? {} : { 'idempotency-key': key },
      }),
    /** Sends a webhook of the carrier, with its signature by default. */
    sendCarrierEvent: (
      type: string,
      trackingNumber: string,
      { id = `msg_${randomUUID()}`, secret = SECRET, ...more }: CarrierEventOptions = {},
    ) => {
      const { now = Date.now(), timestamp = new Date().toISOString(), note } = more;
      const body = JSON.stringify({ type: `parcel.${type}`, timestamp, data: { trackingNumber, note } });
      return call(webhooks, {
        method: 'POST',
        resource: '/v1/carrier-events',
        headers: { 'content-type': 'application/json', ...signWebhook({ id, body, now }, secret) },
        body: more.forged ?? body,
      });
    },
    /** Runs the sweep as if some minutes had passed. */
    sweep: (minutes: number, pauseMinutes = 10) => {
      const time = new Date(Date.now() + minutes * 60_000).toISOString();
      return pollSilentShipments(dependencies(), { ...scheduledCall('sweep'), time }, pauseMinutes);
    },
    /** The carrier's own account of a parcel; a shipment has one at most. */
    parcelOf: async (shipmentId: string) => {
      const response = await fetch(`${carrier.endpoint}/v1/shipments/${shipmentId}`);
      return response.status === 404
        ? undefined
        : ((await response.json()) as { status: string; trackingNumber: string });
    },
    move: (trackingNumber: string, verb: 'void' | 'recall') =>
      fetch(`${carrier.endpoint}/v1/parcels/${trackingNumber}/${verb}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
      }),
  };
}

interface CarrierEventOptions {
  readonly id?: string;
  readonly secret?: string;
  readonly now?: number;
  readonly timestamp?: string;
  readonly note?: string;
  /** Another body than the signed one. */
  readonly forged?: string;
}

export interface Shown {
  readonly shipmentId: string;
  readonly status: string;
  readonly location: string;
  readonly trackingNumber: string;
  readonly history: readonly { status: string; source: string; note?: string }[];
}

const nameOf = (type: PublishedEnvelope['type']) => String(type.split('.')[2]);
const requestOf = (type: string) =>
  [ShipmentCreated, ShipmentRecallRequested].find((contract) => contract.type === type);

type More = Partial<Parameters<typeof busRecord>[0]>;
const recipient = { name: 'Mina Kim', line1: '12 Sejong-daero', city: 'Seoul', postalCode: '04524', country: 'KR' };

/** One line from each location. */
export const linesFrom = (...places: (string | undefined)[]) =>
  places.map((location, index) => ({ sku: `SKU-${index}`, quantity: index + 1, location }));

/** `story` selects one of the carrier's stories. */
export const ship = (orderId: string, lines = linesFrom('main'), story?: string, more: More = {}) => {
  const data = { orderId, recipient: { ...recipient, line2: story && `sandbox: ${story}` }, lines };
  return busRecord({ contract: ShipOrder, subject: orderId, data, ...more });
};

export const awaitDelivery = (orderId: string, more: More = {}) =>
  busRecord({ contract: AwaitDelivery, subject: orderId, data: { orderId }, ...more });

export const cancelShipping = (orderId: string, more: More = {}) =>
  busRecord({ contract: CancelShipping, subject: orderId, data: { orderId }, ...more });

export const customerCancels = (orderId: string) =>
  busRecord({
    contract: OrderCancellationRequested,
    subject: orderId,
    sequence: 3,
    data: { orderId, customerId: 'c-1' },
  });
