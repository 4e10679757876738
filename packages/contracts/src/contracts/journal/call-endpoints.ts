import * as z from 'zod/mini';
import { endpoint } from '../contract.ts';
import { personal } from '../marks.ts';
import { Cursor, Instant, page, PageSize, text } from '../values.ts';

/** A request to an API, as its access log tells it. Who it was is what the authorizer found out. */
const CallView = z.strictObject({
  /** API Gateway's id of the request. */
  id: z.string(),
  at: Instant,
  service: z.string(),
  /**
   * Method and route: `GET /v1/orders/{orderId}`; of a path without a route the method alone. What happened to a WebSocket
   * connection, and its route: `CONNECT $connect`.
   */
  operation: z.string(),
  /** The WebSocket connection, from its `CONNECT` to its `DISCONNECT`. */
  connectionId: z.optional(z.string()),
  /** Who: a token's `sub`. None of it where the request had no token that holds. */
  subject: z.optional(z.string()),
  clientId: z.optional(z.string()),
  tokenId: z.optional(z.string()),
  /** The service that called for the subject. */
  actor: z.optional(z.string()),
  apiKeyId: z.optional(z.string()),
  /** IP address. */
  address: personal(z.string()),
  status: z.int(),
  /** What API Gateway refused it for: `ACCESS_DENIED`, `THROTTLED`. */
  error: z.optional(z.string()),
  latencyMs: z.int(),
  traceId: z.optional(z.string()),
});

export const ListCalls = endpoint('journal', {
  name: 'ListCalls',
  method: 'GET',
  path: '/calls',
  version: 1,
  summary: 'Lists who called which API, newest first; refused calls too. A page may be short: follow `next`',
  access: { any: 'journal:read' },
  query: z.strictObject({
    subject: z.optional(text(256)),
    clientId: z.optional(text(256)),
    tokenId: z.optional(text(256)),
    address: z.optional(personal(text(64))),
    service: z.optional(text(64)),
    from: z.optional(Instant),
    to: z.optional(Instant),
    cursor: z.optional(Cursor),
    limit: z._default(PageSize, 50),
  }),
  responses: { 200: { description: 'A page of calls', body: page(CallView) } },
  problems: { 'invalid-cursor': { status: 400, title: 'The cursor is not one that this list has given' } },
  example: {
    query: { subject: 'u-7d1a', from: '2026-01-05T00:00:00Z' },
    response: {
      items: [
        {
          id: '0a5f1c3e-7a6b-4a5e-9c53-1f2d3b4a5c6d',
          at: '2026-01-05T09:30:00.200Z',
          service: 'journal',
          operation: 'GET /v1/events/{id}',
          subject: 'u-7d1a',
          clientId: 'demo',
          tokenId: '2b1e9d0c-55a1-4f0e-8a1f-6a1d7c2b3e4f',
          address: '203.0.113.7',
          status: 200,
          latencyMs: 21,
          traceId: 'Root=1-695b8e88-0123456789abcdef01234567',
        },
      ],
      _links: { self: { href: '/v1/calls?subject=u-7d1a' } },
    },
  },
});
