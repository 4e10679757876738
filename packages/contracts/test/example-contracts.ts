import * as z from 'zod/mini';
import { command, endpoint, event } from '../src/contracts/contract.ts';
import { Links } from '../src/contracts/values.ts';

/** `@dure/contracts/things` of the examples in docstrings, which name no service that can be removed. */

const Thing = z.object({ id: z.string(), size: z.int() });
const example = { id: 'a', size: 1 };

export const ThingChanged = event('things', 'ThingChanged', 1, Thing, { description: 'A thing changed.', example });

export const ResizeThing = command('things', 'ResizeThing', 1, Thing, {
  description: 'Changes a size.',
  example,
  senders: ['others'],
});

export const GetThing = endpoint('things', {
  name: 'GetThing',
  method: 'GET',
  path: '/things/{id}',
  version: 1,
  summary: 'Shows a thing',
  access: 'public',
  params: z.strictObject({ id: z.string() }),
  responses: {
    200: { description: 'The thing', body: z.strictObject({ id: z.string(), size: z.int(), _links: Links }) },
  },
  problems: { 'thing-not-found': { status: 404, title: 'There is no such thing' } },
  example: { params: { id: 'a' }, response: { ...example, _links: { self: { href: '/v1/things/a' } } } },
});
