import { endpoint, event } from '@dure/contracts/contract';
import { Instant, Links, Money, Quantity, Sku, text } from '@dure/contracts/values';
import * as z from 'zod/mini';

/** The measured contract, with as many fields and rules as a usual one. */

const fields = { title: text(200), quantity: Quantity, price: Money, tags: z.array(text(40)).check(z.maxLength(20)) };

export const noteId = 'NOTE-1';
export const exampleNote = {
  title: 'A mug, white, 30 cl',
  quantity: 12,
  price: { amount: 1290, currency: 'EUR' },
  tags: ['kitchen', 'gift'],
};
export type Note = typeof exampleNote;

export const SaveNote = endpoint('bench', {
  name: 'SaveNote',
  method: 'PUT',
  path: '/notes/{noteId}',
  version: 1,
  summary: 'Saves a note: one item is written',
  access: 'public',
  params: z.strictObject({ noteId: Sku }),
  body: z.strictObject(fields),
  idempotencyKey: 'optional',
  responses: {
    200: {
      description: 'The note',
      body: z.strictObject({ noteId: Sku, ...fields, updatedAt: Instant, _links: Links }),
      headers: ['etag'],
    },
  },
  example: { params: { noteId }, body: exampleNote },
});

export const NoteSaved = event('bench', 'NoteSaved', 1, z.object({ noteId: Sku, ...fields }), {
  description: 'A note was saved.',
  example: { noteId, ...exampleNote },
});
