import * as z from 'zod/mini';
import { endpoint } from '../contract.ts';
import { exampleProjection, ProjectionName, ProjectionView } from './projection.ts';

const params = z.strictObject({ projection: ProjectionName });
const example = { params: { projection: 'orders' }, response: exampleProjection };

export const RebuildProjection = endpoint('orders', {
  name: 'RebuildProjection',
  method: 'POST',
  path: '/projections/{projection}/rebuilds',
  version: 1,
  summary: 'Rebuilds a read model from the events, beside the old one, which is dropped when the new one is complete',
  access: { any: 'orders:operate' },
  params,
  idempotencyKey: 'optional',
  responses: { 202: { description: 'The rebuild has begun', body: ProjectionView, headers: ['location'] } },
  problems: { 'rebuild-in-progress': { status: 409, title: 'The read model is being rebuilt already' } },
  example,
});

export const GetProjection = endpoint('orders', {
  name: 'GetProjection',
  method: 'GET',
  path: '/projections/{projection}',
  version: 1,
  summary: 'Shows a read model and how far its last rebuild is',
  access: { any: 'orders:read:any' },
  params,
  responses: { 200: { description: 'The read model', body: ProjectionView } },
  example,
});
