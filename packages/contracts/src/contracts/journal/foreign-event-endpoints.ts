import * as z from 'zod/mini';
import { endpoint } from '../contract.ts';
import { Cursor, Instant, Links, page, PageSize, text, Uuid } from '../values.ts';

/** A message without a contract, or from a sender that may not send it. Its id is the bus's own. */
const ForeignEventView = z.strictObject({
  id: z.string(),
  source: z.string(),
  detailType: z.string(),
  /** Why it is foreign. */
  reason: z.string(),
  /** Of its detail. */
  bytes: z.int(),
  recordedAt: Instant,
  _links: Links,
});

/**
 * With its detail as JSON text, masked as an event's data is, without a return address; `***` where it is over 64 KiB.
 */
const WholeForeignEventView = z.extend(ForeignEventView, { detail: z.string() });

const exampleForeignEvent = {
  id: '7bf73129-1428-4cd3-a780-95db273d1602',
  source: 'com.example',
  detailType: 'RefundAmount.v1',
  reason: 'It came from com.example, and its envelope says dure.orders.',
  bytes: 612,
  recordedAt: '2026-01-05T09:30:00.200Z',
  _links: { self: { href: '/v1/foreign-events/7bf73129-1428-4cd3-a780-95db273d1602' } },
};

export const ListForeignEvents = endpoint('journal', {
  name: 'ListForeignEvents',
  method: 'GET',
  path: '/foreign-events',
  version: 1,
  summary:
    'Lists what was on the bus and is of no contract, or not from who may send it; what was recorded first first',
  access: { any: 'journal:read' },
  query: z.strictObject({
    source: z.optional(text(256)),
    from: z.optional(Instant),
    to: z.optional(Instant),
    cursor: z.optional(Cursor),
    limit: z._default(PageSize, 50),
  }),
  responses: { 200: { description: 'A page of foreign events', body: page(ForeignEventView) } },
  problems: { 'invalid-cursor': { status: 400, title: 'The cursor is not one that this list has given' } },
  example: {
    query: { source: 'com.example' },
    response: { items: [exampleForeignEvent], _links: { self: { href: '/v1/foreign-events?source=com.example' } } },
  },
});

export const GetForeignEvent = endpoint('journal', {
  name: 'GetForeignEvent',
  method: 'GET',
  path: '/foreign-events/{id}',
  version: 1,
  summary: 'Shows a foreign event with its detail',
  access: { any: 'journal:read' },
  params: z.strictObject({ id: Uuid }),
  responses: { 200: { description: 'The foreign event', body: WholeForeignEventView } },
  problems: { 'foreign-event-not-found': { status: 404, title: 'No foreign event with this id was recorded' } },
  example: { params: { id: exampleForeignEvent.id }, response: { ...exampleForeignEvent, detail: '{"amount":500}' } },
});
