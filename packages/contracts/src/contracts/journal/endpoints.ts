import * as z from 'zod/mini';
import { endpoint } from '../contract.ts';
import { Cursor, Instant, Links, page, PageSize, text, Uuid } from '../values.ts';

/** An event as it went over the bus, without its return address. */
const RecordedEvent = z.strictObject({
  id: Uuid,
  source: z.string(),
  type: z.string(),
  subject: z.string(),
  time: Instant,
  dataschema: z.string(),
  sequence: z.optional(z.int()),
  correlationid: Uuid,
  causationid: z.optional(z.string()),
  traceparent: z.string(),
  actor: z.string(),
  data: z.record(z.string(), z.unknown()),
  recordedAt: Instant,
  _links: Links,
});

const exampleEvent = {
  id: '01890a5d-ac96-774b-bcce-b302099a8057',
  source: 'dure.inventory',
  type: 'dure.inventory.StockAdjusted.v1',
  subject: 'MUG-WHITE',
  time: '2026-01-05T09:30:00.000Z',
  dataschema: 'urn:dure:schema:inventory:StockAdjusted:1',
  sequence: 2,
  correlationid: '01890a5d-ac96-774b-bcce-b302099a8057',
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  actor: 'anonymous',
  data: { sku: 'MUG-WHITE', onHand: 50, previousOnHand: 20, cause: 'receipt' },
  recordedAt: '2026-01-05T09:30:00.200Z',
  _links: { self: { href: '/v1/events/01890a5d-ac96-774b-bcce-b302099a8057' } },
};

export const ListEvents = endpoint('journal', {
  name: 'ListEvents',
  method: 'GET',
  path: '/events',
  version: 1,
  summary: 'Lists recorded events and commands by correlation, subject or type, or all of a range, oldest first',
  access: { any: 'journal:read' },
  query: z
    .strictObject({
      correlationId: z.optional(Uuid),
      subject: z.optional(text(256)),
      type: z.optional(z.string().check(z.regex(/^dure\.[a-z][a-z0-9-]*\.[A-Za-z0-9]+\.v[0-9]+$/), z.maxLength(200))),
      from: z.optional(Instant),
      to: z.optional(Instant),
      cursor: z.optional(Cursor),
      limit: z._default(PageSize, 50),
    })
    .check(
      z.refine((query) => [query.correlationId, query.subject, query.type].filter(Boolean).length <= 1, {
        error: 'give one of correlationId, subject and type, or none',
      }),
    ),
  responses: { 200: { description: 'A page of events', body: page(RecordedEvent) } },
  problems: { 'invalid-cursor': { status: 400, title: 'The cursor is not one that this list has given' } },
  example: {
    query: { subject: 'MUG-WHITE' },
    response: { items: [exampleEvent], _links: { self: { href: '/v1/events?subject=MUG-WHITE' } } },
  },
});

export const GetEvent = endpoint('journal', {
  name: 'GetEvent',
  method: 'GET',
  path: '/events/{id}',
  version: 1,
  summary: 'Shows a recorded event',
  access: { any: 'journal:read' },
  params: z.strictObject({ id: Uuid }),
  responses: { 200: { description: 'The event', body: RecordedEvent, headers: ['etag'] } },
  problems: { 'event-not-found': { status: 404, title: 'No event with this id was recorded' } },
  example: { params: { id: exampleEvent.id }, response: exampleEvent },
});
