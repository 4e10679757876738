import { randomUUID } from 'node:crypto';
import { ListProducts } from '@dure/contracts/catalog';
import { ListStock } from '@dure/contracts/inventory';
import { createTestTable } from '@dure/testing/dynamodb';
import { call } from '@dure/testing/lambda-events';
import { afterAll, beforeEach, expect, it } from '@jest/globals';
import { deadlineOf } from './deadline.ts';
import { type Answer, littleServer, problemAnswer } from './little-server.ts';

let answers: { catalog?: Answer; inventory?: Answer } = {};
const catalog = await littleServer(() => answers.catalog ?? productsOf());
const inventory = await littleServer(() => answers.inventory ?? stockOf());
afterAll(() => Promise.all([catalog.close(), inventory.close()]));

const { tableName } = await createTestTable();
const nowhere = 'http://127.0.0.1:9';
Object.assign(process.env, {
  ISSUER: 'http://127.0.0.1:9',
  ...{ TABLE_NAME: tableName, SERVICE_NAME: 'gateway', LOG_LEVEL: 'silent' },
  ...{ URL_OF_CATALOG: catalog.url, URL_OF_INVENTORY: inventory.url },
  ...{ URL_OF_ORDERS: nowhere, URL_OF_PAYMENTS: nowhere, URL_OF_SHIPPING: nowhere, URL_OF_NOTIFICATIONS: nowhere },
});
const { handler } = await import('../src/http/index.ts');
await deadlineOf(1_200);

/** A search of each test's own, and a product, so that nothing that another test had kept is used. */
let q = '';
let sku = '';
const storefront = (query: Record<string, string> = {}, headers = {}) =>
  call(handler, { resource: '/v1/storefront', query: { q, ...query }, headers });
const productsOf = (more: object = {}): Answer => ({
  body: { items: [{ ...ListProducts.example.response.items[0], sku }], _links: {}, ...more },
});
const stockOf = (): Answer => ({ body: { items: [{ ...ListStock.example.response.items[0], sku }], _links: {} } });

beforeEach(() => {
  answers = {};
  q = randomUUID();
  sku = `SKU-${q}`;
  catalog.seen.length = 0;
  inventory.seen.length = 0;
});

it('lists products with what is in stock, asked for at once', async () => {
  const { status, body } = await storefront({ limit: '5' }, { authorization: 'Bearer of-mina' });
  expect([status, body]).toMatchObject([
    200,
    { items: [{ sku, price: { amount: 1290 } }], stock: { [sku]: 48 }, problems: [] },
  ]);
  expect([...catalog.seen, ...inventory.seen].map(({ url }) => url)).toEqual([
    `/v1/products?q=${q}&limit=5`,
    `/v1/stock?skus=${sku}`,
  ]);
  // Everybody sees the same, so that nobody's token goes along.
  for (const { headers } of [...catalog.seen, ...inventory.seen]) expect(headers).not.toHaveProperty('authorization');
});

it('leads from page to page', async () => {
  const next = { next: { href: '/catalog/local/v1/products?q=x&limit=1&cursor=abc' } };
  answers = { catalog: productsOf({ _links: next }) };
  const { body } = await storefront({ limit: '1' });
  const links = body['_links'] as { self: object; next: { href: string } };
  expect(links.self).toEqual({ href: `/v1/storefront?q=${q}&limit=1` });
  const [path, cursor = ''] = links.next.href.split('&cursor=');
  expect([path, cursor]).toEqual([`/v1/storefront?q=${q}&limit=1`, expect.not.stringContaining('abc')]);
  answers = { catalog: problemAnswer('invalid-cursor', 400) };
  catalog.seen.length = 0;
  expect(await storefront({ cursor })).toMatchObject({
    status: 400,
    body: { type: 'urn:dure:problem:invalid-cursor' },
  });
  expect(catalog.seen.map(({ url }) => url)).toEqual([expect.stringContaining('cursor=abc')]);
});

it('asks for no stock of no products', async () => {
  answers = { catalog: { body: { items: [], _links: {} } } };
  expect((await storefront()).body).toMatchObject({ items: [], stock: {}, problems: [] });
  expect(inventory.seen).toEqual([]);
});

it('lists products without a stock that does not answer', async () => {
  answers = { inventory: { destroy: true } };
  const { status, headers, body } = await storefront();
  expect([status, body]).toMatchObject([
    200,
    {
      items: [{ sku }],
      stock: null,
      problems: [{ pointer: '/stock', type: 'urn:dure:problem:part-failed', status: 502 }],
    },
  ]);
  expect(headers['cache-control']).toBe('no-store');
});

it('is not there without the catalogue', async () => {
  answers = { catalog: { delayMs: 10_000 } };
  expect((await storefront()).body).toMatchObject({ status: 504, type: 'urn:dure:problem:part-late' });
  q = randomUUID();
  answers = { catalog: { body: '<html>' } };
  expect((await storefront()).body).toMatchObject({ status: 502, type: 'urn:dure:problem:part-failed' });
});

it('is kept for everybody, and says how it was had', async () => {
  const first = await storefront({}, { authorization: 'Bearer of-mina' });
  expect(first.headers).toMatchObject({
    'cache-control': 'public, max-age=10, stale-while-revalidate=30',
    'cache-status': 'dure; fwd=miss',
    age: '0',
  });
  expect(first.headers).not.toHaveProperty('vary');
  answers = { catalog: { destroy: true }, inventory: { destroy: true } };
  const second = await storefront({}, { authorization: 'Bearer of-another', 'if-none-match': first.headers['etag']! });
  expect(second.status).toBe(304);
  expect(second.headers['cache-status']).toMatch(/^dure; hit; ttl=[12]$/);
  expect(catalog.seen).toHaveLength(1);
});
