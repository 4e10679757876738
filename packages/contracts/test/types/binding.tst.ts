import { client, type ClientAnswer } from '@dure/contracts/binding/client';
import { http, type Operation, reply, type Response } from '@dure/contracts/binding/http';
import { type Message, on } from '@dure/contracts/binding/message';
import { publish, send } from '@dure/contracts/binding/outbox';
import { step } from '@dure/contracts/binding/step';
import { command, consumes, endpoint, event } from '@dure/contracts/contract';
import { problem, type Problem } from '@dure/contracts/problem';
import { describe, expect, test } from 'tstyche';
import * as z from 'zod/mini';

/** What the types promise to whoever writes a service. */

const Thing = z.strictObject({ id: z.string(), size: z.int(), tags: z._default(z.array(z.string()), []) });
const PutThing = endpoint('things', {
  name: 'PutThing',
  method: 'PUT',
  path: '/things/{id}',
  version: 1,
  summary: 'For tests',
  access: 'public',
  params: z.strictObject({ id: z.string() }),
  body: Thing,
  idempotencyKey: 'optional',
  ifMatch: 'required',
  responses: { 200: { description: 'Changed', body: Thing }, 204: { description: 'Unchanged' } },
  problems: { 'too-big': { status: 422, title: 'Too big' }, gone: { status: 404, title: 'Gone' } },
  example: {},
});
const ListThings = endpoint('things', {
  name: 'ListThings',
  method: 'GET',
  path: '/things',
  version: 1,
  summary: 'For tests',
  access: 'public',
  query: z.strictObject({ colour: z.optional(z.string()) }),
  responses: { 200: { description: 'Things', body: z.array(Thing) } },
  example: {},
});
const details = { description: 'For tests.', example: { id: 'a', size: 1 } };
const ThingChanged = event('things', 'ThingChanged', 1, z.object({ id: z.string(), size: z.int() }), details);
const ChangeThing = command('things', 'ChangeThing', 1, z.object({ id: z.string(), size: z.int() }), {
  ...details,
  senders: ['others'],
});

interface ParsedThing {
  id: string;
  size: number;
  tags: string[];
}
type PutOperation = Operation<typeof PutThing, string>;
type PutRequest = Parameters<PutOperation['run']>[0];
type Answer = ReturnType<PutOperation['answer']>;

describe('an operation', () => {
  test('gets what its contract requires of a request, parsed', () => {
    expect<PutRequest['params']>().type.toBe<{ id: string }>();
    expect<PutRequest['body']>().type.toBe<ParsedThing>();
    expect<PutRequest['query']>().type.toBe<undefined>();
    expect<PutRequest['signed']>().type.toBe<undefined>();
  });

  test('answers what its contract has', () => {
    expect<Answer>().type.toBeAssignableFrom<{ status: 200; body: { id: string; size: number } }>();
    expect<Answer>().type.toBeAssignableFrom<{ status: 200; body: ParsedThing; etag: number }>();
    expect<Answer>().type.toBeAssignableFrom<{ status: 204 }>();
    expect<Answer>().type.toBeAssignableFrom<Problem<'too-big' | 'gone'>>();
    expect<Answer>().type.toBeAssignableFrom<Problem<'precondition-failed'>>();
  });

  test('answers no other status, no missing or wrong field, and no undeclared problem', () => {
    expect<Answer>().type.not.toBeAssignableFrom<{ status: 201; body: { id: string; size: number } }>();
    expect<Answer>().type.not.toBeAssignableFrom<{ status: 200; body: { id: string } }>();
    expect<Answer>().type.not.toBeAssignableFrom<{ status: 200; body: { id: string; size: string } }>();
    expect<Answer>().type.not.toBeAssignableFrom<{ status: 200 }>();
    expect<Answer>().type.not.toBeAssignableFrom<Problem<'too-small'>>();
    expect<Answer>().type.not.toBeAssignableFrom<Problem<'not-found'>>();
  });

  test('joins the result of run with what answer gets', () => {
    const run = () => Promise.resolve({ id: 'a', size: 1 });
    expect(http).type.toBeCallableWith(PutThing, {
      run,
      answer: (thing: { id: string; size: number }) => reply(200, thing),
    });
    expect(http).type.not.toBeCallableWith(PutThing, { run, answer: (thing: { id: number }) => reply(200, thing) });
  });

  test('keeps a reply and a problem as narrow as they were written', () => {
    expect(reply(200, { id: 'a', size: 1 })).type.toBeAssignableTo<Response<typeof PutThing>>();
    expect(problem('too-big', 'It has 7.')).type.toBe<Problem<'too-big'>>();
  });
});

describe('a client', () => {
  type Put200 = Extract<ClientAnswer<typeof PutThing>, { status: 200 }>;
  const options = { baseUrl: 'http://localhost:4000/things/local' };

  test('sends what the contract requires, and leaves out what it may', () => {
    const put = client(PutThing, ['size'], options);
    const [params, body] = [{ id: 'a' }, { id: 'a', size: 1 }];
    expect(put).type.toBeCallableWith({ params, body, ifMatch: '1' });
    expect(put).type.toBeCallableWith({ params, body, ifMatch: '1', idempotencyKey: 'k' });
    expect(put).type.not.toBeCallableWith({ params, body });
    expect(put).type.not.toBeCallableWith({ body, ifMatch: '1' });
    const list = client(ListThings, ['*'], options);
    expect(list).type.toBeCallableWith();
    expect(list).type.toBeCallableWith({ query: { colour: 'red' }, ifNoneMatch: '1' });
    expect(list).type.not.toBeCallableWith({ query: { colour: 1 } });
  });

  test('receives the body of the status, or one of the problems', () => {
    expect<NonNullable<Put200['body']>>().type.toBe<ParsedThing>();
    type Code = Extract<ClientAnswer<typeof PutThing>, { code: string }>['code'];
    expect<Code>().type.toBeAssignableFrom<'too-big' | 'gone' | 'not-found' | 'gateway'>();
    expect<Code>().type.not.toBeAssignableFrom<'too-small'>();
  });

  test('shows its caller the declared fields, and no others', () => {
    type BodyOf<Call> = Call extends (...request: never[]) => Promise<infer Answer>
      ? NonNullable<Extract<Answer, { status: 200; problem?: undefined; body: unknown }>['body']>
      : never;
    const [size, none, all] = [
      client(PutThing, ['size'], options),
      client(PutThing, [], options),
      client(PutThing, ['*'], options),
    ] as const;
    expect<BodyOf<typeof size>>().type.toBe<Pick<ParsedThing, 'size'>>();
    expect<BodyOf<typeof none>>().type.not.toHaveProperty('size');
    expect<BodyOf<typeof all>>().type.toBe<ParsedThing>();
    expect(client).type.not.toBeCallableWith(PutThing, ['colour'], options);
    expect(client).type.not.toBeCallableWith(PutThing, options);
    void [size, none, all];
  });

  test('receives 304 from a GET only', () => {
    expect<ClientAnswer<typeof ListThings>['status']>().type.toBeAssignableFrom<304>();
    expect<Extract<ClientAnswer<typeof PutThing>, { problem?: undefined }>['status']>().type.toBe<200 | 204>();
  });
});

describe('a message', () => {
  type Handler = Parameters<typeof on<typeof ThingChanged, 'size'>>[1];

  test('shows its consumer the named fields, and no others', () => {
    expect<Parameters<Handler>[0]>().type.toBe<Message<Pick<{ id: string; size: number }, 'size'>>>();
    expect(consumes(ThingChanged, ['id']).fields).type.toBe<readonly 'id'[]>();
    expect(consumes).type.not.toBeCallableWith(ThingChanged, ['colour']);
    on(consumes(ThingChanged, ['id']), (message) => {
      expect(message.data).type.toHaveProperty('id');
      expect(message.data).type.not.toHaveProperty('size');
      return Promise.resolve();
    });
  });

  test('has the data of its contract', () => {
    expect(publish).type.toBeCallableWith(ThingChanged, 'a', 1, { id: 'a', size: 1 });
    expect(publish).type.not.toBeCallableWith(ThingChanged, 'a', 1, { id: 'a' });
    expect(send).type.toBeCallableWith(ChangeThing, 'a', { id: 'a', size: 1 });
    expect(send).type.not.toBeCallableWith(ChangeThing, 'a', { id: 'a', size: '1' });
  });

  test('is published as an event, and sent as a command', () => {
    expect(publish).type.not.toBeCallableWith(ChangeThing, 'a', 1, { id: 'a', size: 1 });
    expect(send).type.not.toBeCallableWith(ThingChanged, 'a', { id: 'a', size: 1 });
  });
});

test('a step gets its input, parsed', () => {
  step('Confirm', z.object({ orderId: z.string() }), (input) => {
    expect(input).type.toBe<{ orderId: string }>();
    return Promise.resolve('done');
  });
});

test('a declaration keeps its literals', () => {
  expect<(typeof PutThing)['method']>().type.toBe<'PUT'>();
  expect<keyof (typeof PutThing)['problems']>().type.toBe<'too-big' | 'gone'>();
  expect<(typeof ThingChanged)['name']>().type.toBe<'ThingChanged'>();
  expect<(typeof ThingChanged)['kind']>().type.toBe<'event'>();
});

describe('an endpoint whose callers may see their own', () => {
  const shown = { responses: { 200: { description: 'Thing', body: Thing } }, example: {} } as const;
  const common = { path: '/things', version: 1, summary: 'For tests', ...shown } as const;
  const own = { own: 'registry:read', any: 'registry:write' } as const;
  const GetOwn = endpoint('things', { ...common, name: 'GetOwn', method: 'GET', access: own });
  const ChangeOwn = endpoint('things', { ...common, name: 'ChangeOwn', method: 'POST', access: own });
  const NamedOwn = endpoint('things', { ...common, name: 'Named', method: 'GET', access: { ...own, by: 'subject' } });
  const thing = { id: 'a', size: 1, tags: [] };
  const work = { run: () => Promise.resolve(thing), answer: () => reply(200, thing) };
  const none = () => thing;

  test('says whose the result is', () => {
    expect(http).type.toBeCallableWith(GetOwn, { ...work, owner: () => 'c-1001', none });
    expect(http).type.not.toBeCallableWith(GetOwn, work);
    expect(http).type.not.toBeCallableWith(GetOwn, { ...work, owner: () => 'c-1001' });
    expect(http).type.not.toBeCallableWith(GetOwn, { ...work, ownerBefore: () => Promise.resolve('c-1001'), none });
  });

  test('says it before a change', () => {
    expect(http).type.toBeCallableWith(ChangeOwn, { ...work, ownerBefore: () => Promise.resolve('c-1001'), none });
    expect(http).type.not.toBeCallableWith(ChangeOwn, { ...work, owner: () => 'c-1001', none });
  });

  test('need not where the request says it', () => {
    expect(http).type.toBeCallableWith(NamedOwn, work);
  });

  test('cannot be declared without saying who may call it', () => {
    expect(endpoint).type.not.toBeCallableWith('things', { ...common, name: 'Open', method: 'GET' });
    expect(endpoint).type.not.toBeCallableWith('things', { ...common, name: 'Odd', method: 'GET', access: {} });
  });
});
