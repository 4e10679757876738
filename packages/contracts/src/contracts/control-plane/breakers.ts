import * as z from 'zod/mini';
import { endpoint, event } from '../contract.ts';
import { Cursor, Instant, Links, page, PageSize } from '../values.ts';
import { ReportMeshBreaker } from './report-mesh-breaker.ts';
import { CalledService, invalidCursor, Revision, Why } from './values.ts';

/** Whether services are called at all: what callers found out, and what operators say. */

const ByHand = z.strictObject({
  revision: Revision,
  state: z.enum(['open', 'closed']),
  /** Until when nobody calls the service; missing for one that was closed. */
  until: z.optional(Instant),
  at: Instant,
  actor: z.string(),
  why: z.optional(z.string()),
});

const BreakerView = z.strictObject({
  service: CalledService,
  /** `open`: by hand, or at one of its callers, until the latest of these moments. */
  state: z.enum(['open', 'closed']),
  byHand: z.optional(ByHand),
  /** The callers whose environments found the service away, of the last day. */
  callers: z.array(
    z.strictObject({
      caller: CalledService,
      openedAt: Instant,
      openUntil: Instant,
      /** Environments that said so. */
      reporters: z.int().check(z.gte(1)),
    }),
  ),
  _links: Links,
});

const params = z.strictObject({ service: CalledService });
const path = '/v1/mesh/breakers/parcels';
const byHand = {
  ...{ revision: 3, state: 'open', until: '2026-01-05T10:00:00.000Z', at: '2026-01-05T09:30:00.000Z' },
  ...{ actor: 'user:u-1', why: 'It is being moved' },
} as const;
const { caller, openedAt, openUntil, reporters } = ReportMeshBreaker.example;
const example = {
  ...{ service: 'parcels', state: 'open', byHand, callers: [{ caller, openedAt, openUntil, reporters }] },
  _links: { self: { href: path } },
} as const;

export const ListMeshBreakers = endpoint('control-plane', {
  name: 'ListMeshBreakers',
  method: 'GET',
  path: '/mesh/breakers',
  version: 1,
  summary: 'Lists the services that somebody found away within a day, or opened or closed by hand',
  access: { any: 'mesh:read' },
  query: z.strictObject({ cursor: z.optional(Cursor), limit: z._default(PageSize, 100) }),
  responses: { 200: { description: 'A page of breakers, by service', body: page(BreakerView) } },
  problems: invalidCursor,
  example: { response: { items: [example], _links: { self: { href: '/v1/mesh/breakers?limit=100' } } } },
});

export const OpenMeshBreaker = endpoint('control-plane', {
  name: 'OpenMeshBreaker',
  method: 'PUT',
  path: '/mesh/breakers/{service}',
  version: 1,
  summary: 'Has nobody call a service until a moment, whatever they find out',
  access: { any: 'mesh:write' },
  params,
  body: z
    .strictObject({ until: Instant, why: Why })
    .check(z.describe('The moment is in the future, and within a day.')),
  responses: { 200: { description: 'The breaker; callers heed it within seconds', body: BreakerView } },
  example: { params: { service: 'parcels' }, body: { until: byHand.until, why: byHand.why }, response: example },
});

export const CloseMeshBreaker = endpoint('control-plane', {
  name: 'CloseMeshBreaker',
  method: 'DELETE',
  path: '/mesh/breakers/{service}',
  version: 1,
  summary: 'Has everybody call a service again who found it away, or was told not to',
  access: { any: 'mesh:write' },
  params,
  responses: { 204: { description: 'Callers heed it within seconds' } },
  example: { params: { service: 'parcels' } },
});

export const MeshBreakerSet = event(
  'control-plane',
  'MeshBreakerSet',
  1,
  z.object({
    service: CalledService,
    revision: Revision,
    state: z.enum(['open', 'closed']),
    /** Of an open one. */
    until: z.optional(Instant),
  }),
  {
    description:
      'An operator opened the breaker of a service until a moment, or closed it. The subject is breaker/<service>, and the ' +
      'sequence the revision.',
    example: { service: 'parcels', revision: 3, state: 'open', until: byHand.until },
  },
);
