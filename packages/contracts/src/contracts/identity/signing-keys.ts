import * as z from 'zod/mini';
import { event } from '../contract.ts';
import { Instant } from '../values.ts';

export const SigningKeysChanged = event(
  'identity',
  'SigningKeysChanged',
  1,
  z.object({
    /** In the order in which they sign. */
    keys: z.array(z.object({ kid: z.string(), signsFrom: Instant })),
  }),
  {
    description: 'A key that signs tokens was published before it is used, or one that nobody needs was given up.',
    example: {
      keys: [
        { kid: '9TyN3vCwv0jkJ2gSlZt7yhK9nJ4m2ZbX3jD1oV8wq0E', signsFrom: '2026-01-05T09:30:00.000Z' },
        { kid: 'oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U', signsFrom: '2026-04-05T09:41:00.000Z' },
      ],
    },
  },
);
