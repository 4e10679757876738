import * as z from 'zod/mini';
import { configuration } from '../configuration.ts';

export const ViewDeadline = configuration('gateway', 'view-deadline', {
  schema: z.int().check(z.gte(100), z.lte(10_000)),
  initial: 3_000,
  description: 'Milliseconds for all parts of a view together: less than callers wait, and enough for a cold start',
});
