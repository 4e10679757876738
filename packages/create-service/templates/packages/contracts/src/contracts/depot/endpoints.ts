import * as z from 'zod/mini';
import { endpoint } from '../contract.ts';
import { Instant, Links, Money, page, PageSize, strict } from '../values.ts';
import { exampleSparePart, exampleSparePartId, sparePartFields, SparePartId } from './spare-part.ts';

const params = z.strictObject({ sparePartId: SparePartId });

const SparePartView = z.strictObject({
  sparePartId: SparePartId,
  ...sparePartFields,
  updatedAt: Instant,
  _links: Links,
});

const answer = { description: 'The spare part', body: SparePartView, headers: ['etag'] } as const;

const example = {
  params: { sparePartId: exampleSparePartId },
  response: {
    sparePartId: exampleSparePartId,
    ...exampleSparePart,
    updatedAt: '2026-01-05T09:30:00.000Z',
    _links: { self: { href: `/v1/spare-parts/${exampleSparePartId}` } },
  },
};

export const RecordSparePart = endpoint('depot', {
  name: 'RecordSparePart',
  method: 'PUT',
  path: '/spare-parts/{sparePartId}',
  version: 1,
  summary: 'Records a spare part, or records it anew',
  access: { any: 'services:write' },
  params,
  body: z.strictObject({ ...sparePartFields, amount: strict(Money) }),
  idempotencyKey: 'optional',
  responses: { 200: answer },
  problems: { 'spare-part-currency': { status: 409, title: 'The amount keeps its currency' } },
  example: { ...example, body: exampleSparePart },
});

export const GetSparePart = endpoint('depot', {
  name: 'GetSparePart',
  method: 'GET',
  path: '/spare-parts/{sparePartId}',
  version: 1,
  summary: 'Shows a spare part',
  access: { any: 'services:read' },
  params,
  responses: { 200: answer },
  problems: { 'spare-part-not-found': { status: 404, title: 'No spare part with this id was recorded' } },
  example,
});

const Sequence = z.coerce.number().check(z.int(), z.gte(1));

const Change = z.strictObject({ sequence: z.int(), ...sparePartFields, recordedAt: Instant });

export const ListSparePartChanges = endpoint('depot', {
  name: 'ListSparePartChanges',
  method: 'GET',
  path: '/spare-parts/{sparePartId}/changes',
  version: 1,
  summary: 'Lists what was recorded of a spare part, newest first',
  access: { any: 'services:read' },
  params,
  query: z.strictObject({ before: z.optional(Sequence), limit: z._default(PageSize, 50) }),
  responses: { 200: { description: 'A page of changes; an unknown spare part has none', body: page(Change) } },
  example: {
    params: { sparePartId: exampleSparePartId },
    query: {},
    response: {
      items: [{ sequence: 1, ...exampleSparePart, recordedAt: '2026-01-05T09:30:00.000Z' }],
      _links: { self: { href: `/v1/spare-parts/${exampleSparePartId}/changes` } },
    },
  },
});
