import { randomUUID } from 'node:crypto';
import { beginCall } from '@dure/contracts/binding/call';
import { client } from '@dure/contracts/binding/client';
import { openTable } from '@dure/contracts/binding/table';
import { ListThings } from './things.ts';
import { FALLBACK } from '@dure/mesh/fallback';
import { createTestTable } from '@dure/testing/dynamodb';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { askCached } from '../src/application/ask-cached.ts';
import { type AnswerCache, createAnswerCache } from '../src/store.ts';
import { type Answer, littleServer, problemAnswer } from './little-server.ts';

const { tableName } = await createTestTable();
const table = openTable(tableName);
const stored = createAnswerCache(table);

let answer: Answer = {};
const things = await littleServer(() => answer);
afterAll(() => things.close());

/** What is kept was made so many seconds earlier than it was: the clock of the test. */
const olderBy = (seconds: number): AnswerCache => ({
  ...stored,
  async load(key) {
    const kept = await stored.load(key);
    return kept && { ...kept, madeAt: kept.madeAt - seconds * 1000 };
  },
});

const listThings = client(ListThings, ['items'], { baseUrl: things.url });
let key = '';
const list = (seconds = 0, cache = olderBy(seconds)) =>
  askCached(
    cache,
    { call: beginCall(), until: performance.now() + 2_000 },
    {
      name: 'things',
      key,
      policy: { ttlSeconds: 10, staleWhileRevalidateSeconds: 20, staleIfErrorSeconds: 600 },
      request: ({ call, within, ifNoneMatch }) => listThings({ call, within, ...(ifNoneMatch && { ifNoneMatch }) }),
      show: ({ items }) => items,
    },
  );
const page = (items: string[], headers: Record<string, string> = {}): Answer => ({
  body: { items },
  headers: { etag: `"${items.join('-')}"`, ...headers },
});

beforeEach(() => {
  key = randomUUID();
  answer = page(['a']);
  things.seen.length = 0;
});

describe('a part that may be cached', () => {
  it('is asked for once while it is fresh', async () => {
    expect(await list()).toMatchObject({ kind: 'shown', value: ['a'], cached: { forwarded: 'miss', age: 0 } });
    answer = page(['b']);
    expect(await list(9)).toMatchObject({ value: ['a'], cached: { ttl: 1, age: 9 } });
    expect(things.seen).toHaveLength(1);
  });

  it('is asked for again by one request when it is stale, and the others get what is kept', async () => {
    await list();
    answer = { ...page(['b']), delayMs: 100 };
    const parts = await Promise.all([list(15), list(15), list(15), list(15)]);
    const values = parts.map((part) => part.kind === 'shown' && part.value.join());
    expect(values.sort()).toEqual(['a', 'a', 'a', 'b']);
    expect(things.seen).toHaveLength(2);
    expect(things.seen[1]!.headers['if-none-match']).toBe('"a"');
    expect(await list()).toMatchObject({ value: ['b'] });
  });

  it('is what its service said before, and only then what a policy says in its place, and kept is neither', async () => {
    const policys = page([], { etag: '', 'cache-control': 'no-store', [FALLBACK]: '7' });
    const stale = { status: 502, type: 'urn:dure:problem:part-failed' };
    answer = policys;
    expect(await list()).toMatchObject({ kind: 'shown', value: [], stale });
    answer = page(['a']);
    expect(await list()).toMatchObject({ value: ['a'], cached: { forwarded: 'miss' } });
    answer = policys;
    expect(await list(100)).toMatchObject({ kind: 'shown', value: ['a'], stale, cached: { age: 100 } });
    expect(await list(1_000)).toMatchObject({ kind: 'shown', value: [], stale });
  });

  it('is kept on when its service says that it has not changed', async () => {
    await list();
    answer = { status: 304 };
    expect(await list(15)).toMatchObject({ value: ['a'], cached: { forwarded: 'stale', age: 0 } });
    expect(await list(9)).toMatchObject({ value: ['a'], cached: { ttl: 1 } });
    expect(things.seen).toHaveLength(2);
  });

  it.each<[string, Answer, object]>([
    ['fails', problemAnswer('internal-error', 500), { status: 500, type: 'urn:dure:problem:internal-error' }],
    ['closes the connection', { destroy: true }, { status: 502, type: 'urn:dure:problem:part-failed' }],
  ])('is shown stale, and said to be, when its service %s', async (_, failing, stale) => {
    await list();
    answer = failing;
    expect(await list(500)).toMatchObject({ kind: 'shown', value: ['a'], stale, cached: { age: 500 } });
    expect(await list(700)).toMatchObject({ kind: 'failed' });
  });

  it('is not shown in the place of a refusal', async () => {
    await list();
    answer = problemAnswer('not-found', 404);
    expect(await list(500)).toMatchObject({ kind: 'failed', status: 404 });
  });

  it('is not shown stale when its service forbids that, and is down', async () => {
    answer = page(['a'], { 'cache-control': 'public, max-age=10, must-revalidate' });
    await list();
    expect(await list(5)).toMatchObject({ value: ['a'] });
    answer = { destroy: true };
    expect(await list(15)).toMatchObject({ kind: 'failed', status: 502 });
  });

  it.each<[string, Record<string, string>]>([
    ['private', { 'cache-control': 'private, max-age=60' }],
    ['of who asks', { vary: 'authorization' }],
    ['with a cookie', { 'set-cookie': 'who=mina' }],
  ])('is never kept when it is %s', async (_, headers) => {
    answer = page(['a'], headers);
    await list();
    await list();
    expect(things.seen).toHaveLength(2);
  });

  it('is as old as its service says', async () => {
    answer = page(['a'], { age: '7' });
    await list();
    expect(await list()).toMatchObject({ cached: { ttl: 3, age: 7 } });
  });

  it('is asked for when the cache is away, or holds something else', async () => {
    const away = (): Promise<never> => Promise.reject(new Error('It is away.'));
    expect(await list(0, { load: away, save: away, claim: away })).toMatchObject({ kind: 'shown', value: ['a'] });
    const large = 'x'.repeat(200_000);
    answer = page([large]);
    await list();
    expect(await stored.load(key)).toBeUndefined();
  });
});

it('leaves what nobody needs any more to the table', async () => {
  await list();
  expect(await stored.load(key)).toMatchObject({ body: { items: ['a'] }, etag: 'a' });
  expect(await stored.claim(key, 1_000, 2_000)).toBe(true);
  expect(await stored.claim(key, 1_500, 2_500)).toBe(false);
  expect(await stored.claim(key, 2_001, 3_000)).toBe(true);
  expect(await stored.claim(randomUUID(), 1, 2)).toBe(false);
});
