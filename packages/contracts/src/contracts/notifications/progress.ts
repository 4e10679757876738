import * as z from 'zod/mini';
import { endpoint } from '../contract.ts';
import { secret } from '../marks.ts';
import { exampleOrder } from '../orders/order.ts';
import { Instant, Links, Uuid } from '../values.ts';

const { orderId } = exampleOrder;

export const IssueProgressToken = endpoint('notifications', {
  name: 'IssueProgressToken',
  method: 'POST',
  path: '/orders/{orderId}/progress-tokens',
  version: 1,
  summary: 'Lets the bearer follow one order over a WebSocket; the link opens it',
  access: { own: 'notifications:read', any: 'notifications:read:any', by: 'subject' },
  params: z.strictObject({ orderId: Uuid }),
  idempotencyKey: 'optional',
  responses: {
    201: {
      description: 'A token for connecting; the connection may outlive it',
      body: z.strictObject({ orderId: Uuid, token: secret(z.string()), expiresAt: Instant, _links: secret(Links) }),
    },
  },
  example: {
    params: { orderId },
    response: {
      orderId,
      token: 'eyJvIjoiMDE4OTBhNWQifQ.c2lnbmF0dXJl',
      expiresAt: '2026-01-05T09:45:00.000Z',
      _links: {
        progress: {
          href: 'wss://a1b2c3.execute-api.us-east-1.amazonaws.com/dev?token=eyJvIjoiMDE4OTBhNWQifQ.c2lnbmF0dXJl&after=0',
        },
      },
    },
  },
});
