import * as z from 'zod/mini';
import { personal } from './marks.ts';
import { text } from './values.ts';

/** Where something is delivered to. */
export const Address = z.object({
  name: personal(text(200)),
  line1: personal(text(200)),
  line2: z.optional(personal(text(200))),
  city: personal(text(100)),
  region: z.optional(personal(text(100))),
  postalCode: personal(text(20)),
  country: z.string().check(z.regex(/^[A-Z]{2}$/), z.describe('ISO 3166-1 alpha-2')),
});

export const exampleAddress = {
  name: 'Mina Kim',
  line1: '12 Sejong-daero',
  city: 'Seoul',
  postalCode: '04524',
  country: 'KR',
};
