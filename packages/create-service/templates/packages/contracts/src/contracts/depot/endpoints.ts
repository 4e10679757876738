import * as z from 'zod/mini';
import { endpoint } from '../contract.ts';
import { Instant, Links, Uuid } from '../values.ts';
import { exampleSparePart, exampleSparePartId, sparePartFields, SparePartId } from './spare-part.ts';

const params = z.strictObject({ sparePartId: SparePartId });

const SparePartView = z.strictObject({
  sparePartId: SparePartId,
  ...sparePartFields,
  /** The order that it was recorded for. */
  orderId: z.optional(Uuid),
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
  params,
  body: z.strictObject(sparePartFields),
  idempotencyKey: 'optional',
  responses: { 200: answer },
  problems: { 'spare-part-of-order': { status: 409, title: 'The amount is that of an order and stays as it is' } },
  example: { ...example, body: exampleSparePart },
});

export const GetSparePart = endpoint('depot', {
  name: 'GetSparePart',
  method: 'GET',
  path: '/spare-parts/{sparePartId}',
  version: 1,
  summary: 'Shows a spare part',
  params,
  responses: { 200: answer },
  problems: { 'spare-part-not-found': { status: 404, title: 'No spare part with this id was recorded' } },
  example,
});
