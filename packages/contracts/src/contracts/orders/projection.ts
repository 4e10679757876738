import * as z from 'zod/mini';
import { Instant, Links, Uuid } from '../values.ts';

/** The read models of orders: `orders` lists them by customer and by status. */
export const ProjectionName = z.enum(['orders']);

export const RebuildPhase = z.enum(['building', 'purging', 'finished']);

export const RebuildView = z.strictObject({
  rebuildId: Uuid,
  phase: RebuildPhase,
  /** How many orders were projected again so far. */
  orders: z.int().check(z.gte(0)),
  startedAt: Instant,
  finishedAt: z.optional(Instant),
});

export const ProjectionView = z.strictObject({
  projection: ProjectionName,
  /** Which generation of the read model is asked; a rebuild makes the next one beside it. */
  generation: z.int().check(z.gte(0)),
  rebuild: z.optional(RebuildView),
  _links: Links,
});

export const exampleRebuild = {
  rebuildId: '01890a5d-d4e5-7b33-9c8a-4b5c6d7e8f90',
  phase: 'building' as const,
  orders: 400,
  startedAt: '2026-01-05T10:00:00.000Z',
};

export const exampleProjection = {
  projection: 'orders' as const,
  generation: 3,
  rebuild: exampleRebuild,
  _links: { self: { href: '/v1/projections/orders' } },
};
