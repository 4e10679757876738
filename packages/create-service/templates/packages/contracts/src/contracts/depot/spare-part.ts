import * as z from 'zod/mini';
import { Money, text } from '../values.ts';

export const SparePartId = z
  .string()
  .check(
    z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/),
    z.describe('Letters, digits, dot, underscore and hyphen, at most 64 characters'),
  );

/** What is recorded of a spare part: in requests, answers and events alike. */
export const sparePartFields = { label: text(200), amount: Money };

export const exampleSparePartId = 'A-1001';
export const exampleSparePart = { label: 'Spring campaign', amount: { amount: 2580, currency: 'EUR' } };
