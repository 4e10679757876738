import { createTestTable } from '@dure/testing/dynamodb';
import { call } from '@dure/testing/lambda-events';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { matches, searchFor } from '../src/domain/search.ts';

const { tableName } = await createTestTable();
Object.assign(process.env, { TABLE_NAME: tableName, SERVICE_NAME: 'catalog', LOG_LEVEL: 'error' });
const { handler } = await import('../src/http/index.ts');
const { store } = await import('../src/composition.ts');
const { addProduct } = await import('../src/application/add-product.ts');
const { changeProduct } = await import('../src/application/change-product.ts');
const { retireProduct } = await import('../src/application/retire-product.ts');
const { beginCall } = await import('@dure/contracts/binding/call');

/** A separate catalogue with changed and retired products: titles of every colour, size and thing. */
const COLOURS = ['White', 'black', 'Grün', 'grau', '하얀', '검은'];
const THINGS = ['mug', 'mugs', 'Müsli bowl', '머그', '접시', 'plate'];
const skus = COLOURS.flatMap((_, colour) => THINGS.map((_, thing) => `P${colour}-${thing}${thing % 2 ? '' : '.x'}`));

await Promise.all(
  skus.map(async (sku, index) => {
    const title = `${COLOURS[Math.floor(index / THINGS.length)]} ${THINGS[index % THINGS.length]}`;
    const tags = [index % 2 ? 'odd' : 'even', ...(index % 5 ? [] : ['fifth'])];
    const price = { amount: index, currency: 'EUR' as const };
    await addProduct(store, beginCall(), { sku, title, tags, price });
    if (index % 7 === 0) await changeProduct(store, beginCall(), sku, { title: `${title} gone`, tags: [] }, '1');
    if (index % 14 === 0) await changeProduct(store, beginCall(), sku, { title: `${title} back`, tags }, '2');
    if (index % 11 === 0) await retireProduct(store, beginCall(), sku);
  }),
);
const catalogue = (await Promise.all(skus.sort().map((sku) => store.load(sku)))).map((stored) => stored!.product);

const list = (query: Record<string, string>) => call(handler, { resource: '/v1/products', query });
const nextOf = (links: unknown) => (links as { next?: { href: string } }).next?.href.replace('/v1/products?', '');

/** Every page of a query, by its own links. */
async function pages(query: Record<string, string>): Promise<string[][]> {
  const read: string[][] = [];
  for (let next: string | undefined = `${new URLSearchParams(query)}`; next !== undefined;) {
    const { status, body } = await list(Object.fromEntries(new URLSearchParams(next)));
    expect(status).toBe(200);
    read.push((body['items'] as { sku: string }[]).map(({ sku }) => sku));
    next = nextOf(body['_links']);
  }
  return read;
}

it('finds what a full scan finds, in full pages, ordered by SKU', async () => {
  const word = fc.constantFrom(
    'w',
    'white',
    'gru',
    'GRÜN',
    'mu',
    'mug',
    'mugs',
    'muslib',
    'bowl',
    '머',
    '머그',
    '접',
    'gone',
    'ba',
    'e',
  );
  const query = fc.record(
    {
      q: fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join(' ')),
      tag: fc.constantFrom('odd', 'even', 'fifth', 'none'),
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(query, fc.integer({ min: 1, max: 20 }), async (asked, limit) => {
      const search = searchFor(asked.q, asked.tag);
      const expected = catalogue.filter((product) => matches(product, search)).map(({ sku }) => sku);
      const read = await pages({ ...asked, limit: String(limit) });
      expect(read.flat()).toEqual(expected);
      expect(read.slice(0, -1).every((page) => page.length === limit)).toBe(true);
      expect(read.at(-1)?.length ?? 0).toBeGreaterThan(expected.length === 0 ? -1 : 0);
    }),
    { numRuns: 60 },
  );
});

it('finds nothing by a text without a word', async () => {
  expect((await list({ q: '!? -' })).body).toMatchObject({ items: [] });
});

it('rejects a cursor of another query, or a forged one', async () => {
  const { body } = await list({ q: 'mug', limit: '1' });
  const cursor = new URLSearchParams(nextOf(body['_links'])).get('cursor')!;
  expect((await list({ q: 'mug', limit: '5', cursor })).status).toBe(200);
  for (const query of [{ q: 'white', cursor }, { cursor }, { q: 'mug', cursor: 'bm9uZQ' }]) {
    expect(await list(query as Record<string, string>)).toMatchObject({
      status: 400,
      body: { type: 'urn:dure:problem:invalid-cursor' },
    });
  }
});
