import { type DynamoDBDocumentClient, GetCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { createTestTable } from '@dure/testing/dynamodb';
import * as z from 'zod/mini';
import { api } from '../src/binding/api.ts';
import type { Call } from '../src/binding/call.ts';
import { commit, retryOnConflict } from '../src/binding/commit.ts';
import { endpoint, event } from '../src/contracts/contract.ts';
import { http, reply } from '../src/binding/http.ts';
import { publish } from '../src/binding/outbox.ts';
import { problem } from '../src/contracts/problem.ts';
import { openTable, type Table } from '../src/binding/table.ts';
import { Instant, PageSize, text } from '../src/contracts/values.ts';

/** A small service that uses every part of the bindings, to test them on a real table. */

const Fields = z.strictObject({
  title: text(20),
  size: z.int().check(z.gte(1), z.lte(100)),
  tags: z._default(z.array(text(10)).check(z.maxLength(3)), []),
  notes: z.optional(z.record(z.string(), text(10))),
  maker: z.optional(z.strictObject({ name: text(20), since: z.optional(Instant) })),
});
type Fields = z.output<typeof Fields>;

const ThingView = z.strictObject({ id: z.string(), ...Fields.shape, version: z.int() });
const params = z.strictObject({ id: z.string().check(z.regex(/^[a-z0-9-]{1,40}$/)) });
const shown = { 200: { description: 'The thing', body: ThingView, headers: ['etag'] } } as const;
const example = { params: { id: 'a' } };
const gone = { 'thing-not-found': { status: 404, title: 'There is no such thing' } } as const;
const common = { version: 1, summary: 'For tests', access: 'public', params, example } as const;

export const ThingChanged = event('things', 'ThingChanged', 1, z.object({ id: z.string(), size: z.int() }), {
  description: 'A thing changed.',
  example: { id: 'a', size: 1 },
});

export const PutThing = endpoint('things', {
  ...common,
  name: 'PutThing',
  method: 'PUT',
  path: '/things/{id}',
  body: Fields,
  idempotencyKey: 'optional',
  maxBodyBytes: 4096,
  responses: shown,
  problems: { 'too-odd': { status: 422, title: 'Size 13 is too odd' } },
});

export const ReceiveThing = endpoint('things', {
  ...common,
  name: 'ReceiveThing',
  method: 'POST',
  path: '/things/{id}/receipts',
  body: z.strictObject({ quantity: z.int().check(z.gte(1)) }),
  idempotencyKey: 'required',
  responses: { 201: shown[200] },
});

export const PatchThing = endpoint('things', {
  ...common,
  name: 'PatchThing',
  method: 'PATCH',
  path: '/things/{id}',
  body: z.strictObject({ size: Fields.shape.size }),
  ifMatch: 'required',
  idempotencyKey: 'optional',
  responses: shown,
  problems: gone,
});

export const GetThing = endpoint('things', {
  ...common,
  name: 'GetThing',
  method: 'GET',
  path: '/things/{id}',
  responses: shown,
  problems: gone,
});

export const ListThings = endpoint('things', {
  name: 'ListThings',
  method: 'GET',
  path: '/things',
  version: 1,
  summary: 'For tests',
  access: 'public',
  query: z.strictObject({ q: z.optional(text(5)), limit: z._default(PageSize, 20) }),
  responses: {
    200: { description: 'What was asked', body: z.strictObject({ limit: z.number(), q: z.optional(text(5)) }) },
  },
  example: {},
});

interface Thing extends Fields {
  readonly version: number;
}

async function load({ client, name }: Table, id: string): Promise<Thing | undefined> {
  const Key = { pk: `THING#${id}`, sk: 'THING' };
  const { Item } = await client.send(new GetCommand({ TableName: name, Key, ConsistentRead: true }));
  return Item?.['thing'] as Thing | undefined;
}

/** Saves a thing under the next version, with its event. */
async function save(table: Table, call: Call, id: string, before: Thing | undefined, fields: Fields): Promise<Thing> {
  const thing = { ...fields, version: (before?.version ?? 0) + 1 };
  const condition = before
    ? { ConditionExpression: 'thing.version = :before', ExpressionAttributeValues: { ':before': before.version } }
    : { ConditionExpression: 'attribute_not_exists(pk)' };
  await commit(table, call, {
    writes: [{ Put: { Item: { pk: `THING#${id}`, sk: 'THING', thing }, ...condition } }],
    events: [publish(ThingChanged, id, thing.version, { id, size: thing.size })],
    result: thing,
  });
  return thing;
}

const show = (id: string, { title, size, tags, maker, version }: Thing) =>
  [{ id, title, size, tags, maker, version }, { etag: version }] as const;

const empty: Fields = { title: 'empty', size: 1, tags: [] };

/** The routes on a table. */
export function thingRoutes(table: Table) {
  return [
    http(PutThing, {
      run: async ({ params: { id }, body }, call) => {
        if (body.size === 13) return 'too-odd' as const;
        return retryOnConflict(async () => save(table, call, id, await load(table, id), body));
      },
      answer: (result, { params: { id } }) =>
        result === 'too-odd' ? problem('too-odd') : reply(200, ...show(id, result)),
    }),
    http(ReceiveThing, {
      run: async ({ params: { id }, body }, call) =>
        retryOnConflict(async () => {
          const thing = (await load(table, id)) ?? { ...empty, size: 0, version: 0 };
          const before = thing.version === 0 ? undefined : thing;
          return save(table, call, id, before, { ...thing, size: thing.size + body.quantity });
        }),
      answer: (thing, { params: { id } }) => reply(201, ...show(id, thing)),
    }),
    http(PatchThing, {
      run: async ({ params: { id }, body, ifMatch }, call) => {
        const thing = await load(table, id);
        if (thing === undefined) return 'gone' as const;
        if (String(thing.version) !== ifMatch) return 'stale' as const;
        return save(table, call, id, thing, { ...thing, ...body });
      },
      answer: (result, { params: { id } }) => {
        if (result === 'gone') return problem('thing-not-found');
        if (result === 'stale') return problem('precondition-failed');
        return reply(200, ...show(id, result));
      },
    }),
    http(GetThing, {
      run: ({ params: { id } }) => load(table, id),
      answer: (thing, { params: { id } }) => (thing ? reply(200, ...show(id, thing)) : problem('thing-not-found')),
    }),
    http(ListThings, {
      run: ({ query }) => Promise.resolve(query),
      answer: (query) => reply(200, query),
    }),
  ];
}

/** The service on its own table. Await it at the top of a test file. */
export async function startThings() {
  const { tableName } = await createTestTable();
  Object.assign(process.env, { SERVICE_NAME: 'things', LOG_LEVEL: 'error' });
  const table = openTable(tableName);
  return { table, handler: api({ table, checks: {} }, thingRoutes(table)), items: () => scan(table.client, tableName) };
}

/** Everything in the table, in a fixed order: to see that nothing changed. */
export async function scan(client: DynamoDBDocumentClient, TableName: string) {
  const { Items: items = [] } = await client.send(new ScanCommand({ TableName, ConsistentRead: true }));
  return items.sort((a, b) => (`${a['pk']} ${a['sk']}` < `${b['pk']} ${b['sk']}` ? -1 : 1));
}
