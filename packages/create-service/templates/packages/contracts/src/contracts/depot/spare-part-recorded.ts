import * as z from 'zod/mini';
import { event } from '../contract.ts';
import { exampleSparePart, exampleSparePartId, sparePartFields, SparePartId } from './spare-part.ts';

export const SparePartRecorded = event(
  'depot',
  'SparePartRecorded',
  1,
  z.object({ sparePartId: SparePartId, ...sparePartFields }),
  {
    description: 'A spare part was recorded, or recorded anew.',
    example: { sparePartId: exampleSparePartId, ...exampleSparePart },
  },
);
