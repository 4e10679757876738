import { describe, expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import { consumes, endpoint, event } from '../src/contracts/contract.ts';
import { http, type Operation, reply, type Response } from '../src/binding/http.ts';
import type { Request } from '../src/binding/http-request.ts';
import type { Message, on } from '../src/binding/message.ts';
import type { publish } from '../src/binding/outbox.ts';
import { problem, type Problem } from '../src/contracts/problem.ts';

/**
 * What the types promise to whoever writes a service. `tsc` checks this file: a line of `check` that is not `true`
 * does not compile.
 */

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Extends<A, B> = [A] extends [B] ? true : false;
type Not<A extends boolean> = A extends true ? false : true;
const check = <_ extends true>() => expect(true).toBe(true);

const Thing = z.strictObject({ id: z.string(), size: z.int(), tags: z._default(z.array(z.string()), []) });
const PutThing = endpoint('things', {
  name: 'PutThing',
  method: 'PUT',
  path: '/things/{id}',
  version: 1,
  summary: 'For tests',
  params: z.strictObject({ id: z.string() }),
  body: Thing,
  responses: { 200: { description: 'Changed', body: Thing }, 204: { description: 'Was so' } },
  problems: { 'too-big': { status: 422, title: 'Too big' }, gone: { status: 404, title: 'Gone' } },
  example: {},
});
const ThingChanged = event('things', 'ThingChanged', 1, z.object({ id: z.string(), size: z.int() }), {
  description: 'For tests.',
  example: { id: 'a', size: 1 },
});

type Answer = ReturnType<Operation<typeof PutThing, string>['answer']>;
type Handler = Parameters<typeof on<typeof ThingChanged, 'size'>>[1];
type Put = Request<typeof PutThing>;

describe('the types', () => {
  it('give an operation what its contract asks of a request, parsed', () => {
    check<Equal<Put['params'], { id: string }>>();
    check<Equal<Put['body'], { id: string; size: number; tags: string[] }>>();
    check<Equal<Put['query'], undefined>>();
  });

  it('let an operation answer what its contract has', () => {
    check<Extends<{ status: 200; body: { id: string; size: number } }, Answer>>();
    check<Extends<{ status: 200; body: { id: string; size: number; tags: string[] }; etag: number }, Answer>>();
    check<Extends<{ status: 204 }, Answer>>();
    check<Extends<Problem<'too-big'>, Answer>>();
    check<Extends<Problem<'too-big' | 'gone'>, Answer>>();
    check<Extends<Problem<'precondition-failed'>, Answer>>();
  });

  it('keep it from another status, a missing or wrong field, and a problem it did not declare', () => {
    check<Not<Extends<{ status: 201; body: { id: string; size: number } }, Answer>>>();
    check<Not<Extends<{ status: 200; body: { id: string } }, Answer>>>();
    check<Not<Extends<{ status: 200; body: { id: string; size: string } }, Answer>>>();
    check<Not<Extends<{ status: 200 }, Answer>>>();
    check<Not<Extends<Problem<'too-small'>, Answer>>>();
    check<Not<Extends<Problem<'not-found'>, Answer>>>();
  });

  it('tell a reply and a problem as narrowly as they were said', () => {
    const created = () => reply(200, { id: 'a', size: 1 });
    const refused = () => problem('too-big', 'It has 7.');
    expect([created().status, refused().problem]).toEqual([200, 'too-big']);
    check<Extends<ReturnType<typeof created>, Response<typeof PutThing>>>();
    check<Equal<ReturnType<typeof refused>, Problem<'too-big'>>>();
  });

  it('show a consumer the fields it has named, and no others', () => {
    check<Equal<Parameters<Handler>[0], Message<Pick<{ id: string; size: number }, 'size'>>>>();
    check<Not<Extends<'id', keyof Parameters<Handler>[0]['data']>>>();
    const consumed = consumes(ThingChanged, ['id']);
    expect(consumed.fields).toEqual(['id']);
    check<Equal<(typeof consumed)['fields'], readonly 'id'[]>>();
    check<Not<Extends<'colour', Parameters<typeof consumes<typeof ThingChanged, 'id' | 'size'>>[1][number]>>>();
  });

  it('hold a published event to its contract', () => {
    type Data = Parameters<typeof publish<typeof ThingChanged>>[3];
    check<Equal<Data, { id: string; size: number }>>();
    check<Not<Extends<{ id: string }, Data>>>();
  });

  it('keep the literals of a declaration', () => {
    check<Equal<(typeof PutThing)['method'], 'PUT'>>();
    check<Equal<keyof (typeof PutThing)['problems'], 'too-big' | 'gone'>>();
    check<Equal<(typeof ThingChanged)['name'], 'ThingChanged'>>();
    check<Equal<(typeof ThingChanged)['kind'], 'event'>>();
  });

  it('join result and answer of an operation', () => {
    const route = http(PutThing, {
      run: (request) => Promise.resolve(request.body.size > 5 ? ('too-big' as const) : request.body),
      answer: (result) => (result === 'too-big' ? problem('too-big') : reply(200, result)),
    });
    expect(route.endpoint).toBe(PutThing);
  });
});
