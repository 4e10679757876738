import { endpoint } from '@dure/contracts/contract';
import * as z from 'zod/mini';

/** A contract that no service has. */
export const ListThings = endpoint('things', {
  name: 'ListThings',
  method: 'GET',
  path: '/things',
  version: 1,
  summary: 'Lists things',
  access: 'public',
  responses: { 200: { description: 'Things', body: z.strictObject({ items: z.array(z.string()) }) } },
  example: { response: { items: ['a'] } },
});
