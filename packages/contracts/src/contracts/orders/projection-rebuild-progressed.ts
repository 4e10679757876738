import * as z from 'zod/mini';
import { event } from '../contract.ts';
import { Uuid } from '../values.ts';
import { exampleRebuild, ProjectionName, RebuildPhase } from './projection.ts';

export const ProjectionRebuildProgressed = event(
  'orders',
  'ProjectionRebuildProgressed',
  1,
  z.object({
    projection: ProjectionName,
    rebuildId: Uuid,
    phase: RebuildPhase,
    orders: z.int().check(z.gte(0)),
  }),
  {
    description: 'A read model is being rebuilt from the events; each step requests the next.',
    example: { projection: 'orders', rebuildId: exampleRebuild.rebuildId, phase: 'building', orders: 400 },
  },
);
