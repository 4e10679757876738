import * as z from 'zod/mini';
import { event } from '../contract.ts';
import { Uuid } from '../values.ts';
import { exampleSparePart, exampleSparePartId, sparePartFields, SparePartId } from './spare-part.ts';

export const SparePartRecorded = event(
  'depot',
  'SparePartRecorded',
  1,
  z.object({ sparePartId: SparePartId, ...sparePartFields, orderId: z.optional(Uuid) }),
  {
    description: 'A spare part was recorded, or recorded anew; for a completed order where there is an `orderId`.',
    example: { sparePartId: exampleSparePartId, ...exampleSparePart },
  },
);
