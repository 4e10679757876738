import * as z from 'zod/mini';
import { endpoint } from '../contract.ts';
import { impersonal } from '../marks.ts';
import { Cursor, Instant, Links, page, PageSize, Uuid } from '../values.ts';

/** `ALARM`, `OK` and `INSUFFICIENT_DATA` are an alarm's states; `NOTICE` is a message between operators. */
export const AlertState = z.enum(['ALARM', 'OK', 'INSUFFICIENT_DATA', 'NOTICE']);

/** `sending`: the delivery is in progress or will be retried. `unconfigured`: the channel has no recipient. */
const Delivery = z.strictObject({
  channel: z.enum(['email', 'webhook']),
  status: z.enum(['sending', 'sent', 'unconfigured']),
  at: Instant,
});

const AlertView = z.strictObject({
  id: Uuid,
  state: AlertState,
  /** What went off: the alarm's name, or the notice's subject. */
  title: z.string(),
  /** Why, in words. */
  reason: z.string(),
  alarm: z.optional(
    z.strictObject({
      name: impersonal(z.string()),
      description: z.string(),
      previousState: z.string(),
      arn: z.string(),
      region: impersonal(z.string()),
    }),
  ),
  /** Name of the owner whom a notice is for; without one, it is for the operators. */
  owner: z.optional(z.string()),
  at: Instant,
  deliveries: z.array(Delivery),
  _links: Links,
});

const exampleAlert = {
  id: '0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d',
  state: 'ALARM',
  title: 'dure-prod-orders-relay-errors',
  reason: 'Threshold Crossed: 1 datapoint [3.0 (05/01/26 09:29:00)] was greater than the threshold (0.0).',
  alarm: {
    name: 'dure-prod-orders-relay-errors',
    description: 'Calls of the function threw or timed out. Runbook: services/orders/README.md#relay-errors',
    previousState: 'OK',
    arn: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:dure-prod-orders-relay-errors',
    region: 'US East (N. Virginia)',
  },
  at: '2026-01-05T09:30:00.000Z',
  deliveries: [{ channel: 'email', status: 'sent', at: '2026-01-05T09:30:01.000Z' }],
  _links: { self: { href: '/v1/alerts/0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d' } },
};

export const ListAlerts = endpoint('alerts', {
  name: 'ListAlerts',
  method: 'GET',
  path: '/alerts',
  version: 1,
  summary: 'Lists the alerts of the last 90 days, newest first',
  access: { any: 'alerts:read' },
  query: z.strictObject({
    state: z.optional(AlertState),
    cursor: z.optional(Cursor),
    limit: z._default(PageSize, 50),
  }),
  responses: { 200: { description: 'A page of alerts', body: page(AlertView) } },
  problems: { 'invalid-cursor': { status: 400, title: 'The cursor is not one that this list has given' } },
  example: {
    query: { state: 'ALARM' },
    response: { items: [exampleAlert], _links: { self: { href: '/v1/alerts?state=ALARM&limit=50' } } },
  },
});

export const GetAlert = endpoint('alerts', {
  name: 'GetAlert',
  method: 'GET',
  path: '/alerts/{id}',
  version: 1,
  summary: 'Shows an alert and its deliveries',
  access: { any: 'alerts:read' },
  params: z.strictObject({ id: Uuid }),
  responses: { 200: { description: 'The alert', body: AlertView } },
  problems: { 'alert-not-found': { status: 404, title: 'There is no such alert, or it is older than 90 days' } },
  example: { params: { id: exampleAlert.id }, response: exampleAlert },
});
