import * as z from 'zod/mini';
import { endpoint } from '../contract.ts';
import { exampleOrder } from '../orders/order.ts';
import { Cursor, Instant, Links, page, PageSize, Uuid } from '../values.ts';
import { WebhookEventType } from './milestone.ts';
import { exampleEndpointId } from './webhook-endpoint.ts';
import { endpointNotFound } from './webhook-endpoints.ts';

const Attempt = z.strictObject({
  at: Instant,
  durationMs: z.int(),
  /** What the receiver answered, if it did. */
  status: z.optional(z.int()),
  /** Why it does not count as taken. */
  error: z.optional(z.string()),
});

const DeliveryView = z.strictObject({
  /** The same in every attempt: the header `webhook-id`. */
  deliveryId: Uuid,
  type: z.union([WebhookEventType, z.literal('webhook.test')]),
  orderId: z.optional(Uuid),
  status: z.enum(['pending', 'delivered', 'failed']),
  attempts: z.array(Attempt),
  nextAttemptAt: z.optional(Instant),
  createdAt: Instant,
  _links: Links,
});

const params = z.strictObject({ endpointId: Uuid });
const exampleDelivery = {
  deliveryId: '01890a5d-1b2c-7d77-9e2f-8f9012345678',
  type: 'order.placed' as const,
  orderId: exampleOrder.orderId,
  status: 'pending' as const,
  attempts: [{ at: '2026-01-05T09:30:01.000Z', durationMs: 120, status: 503, error: 'example.com answered 503.' }],
  nextAttemptAt: '2026-01-05T09:30:06.000Z',
  createdAt: '2026-01-05T09:30:00.000Z',
  _links: { endpoint: { href: `/v1/webhook-endpoints/${exampleEndpointId}` } },
};

export const ListWebhookDeliveries = endpoint('notifications', {
  name: 'ListWebhookDeliveries',
  method: 'GET',
  path: '/webhook-endpoints/{endpointId}/deliveries',
  version: 1,
  summary: 'Lists the deliveries to a webhook endpoint of the last 30 days with their attempts, newest first',
  access: { any: 'webhooks:read' },
  params,
  query: z.strictObject({ cursor: z.optional(Cursor), limit: z._default(PageSize, 20) }),
  responses: { 200: { description: 'A page of deliveries', body: page(DeliveryView) } },
  problems: {
    ...endpointNotFound,
    'invalid-cursor': { status: 400, title: 'The cursor is not one that this list has given' },
  },
  example: {
    params: { endpointId: exampleEndpointId },
    response: {
      items: [exampleDelivery],
      _links: { self: { href: `/v1/webhook-endpoints/${exampleEndpointId}/deliveries` } },
    },
  },
});

export const TestWebhookEndpoint = endpoint('notifications', {
  name: 'TestWebhookEndpoint',
  method: 'POST',
  path: '/webhook-endpoints/{endpointId}/test',
  version: 1,
  summary: 'Sends one webhook of type webhook.test; its outcome is listed with the deliveries',
  access: { any: 'webhooks:write' },
  params,
  idempotencyKey: 'optional',
  responses: { 202: { description: 'The delivery has started', body: DeliveryView } },
  problems: {
    ...endpointNotFound,
    'webhook-endpoint-disabled': { status: 409, title: 'The webhook endpoint is disabled; enable it first' },
  },
  example: {
    params: { endpointId: exampleEndpointId },
    response: { ...exampleDelivery, type: 'webhook.test', attempts: [], orderId: undefined },
  },
});
