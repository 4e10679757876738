import { randomUUID } from 'node:crypto';
import { createTestTable } from '@dure/testing/dynamodb';
import { call, type TestRequest } from '@dure/testing/lambda-events';
import { outboxOf } from '@dure/testing/outbox';
import { describe, expect, it } from '@jest/globals';

const { tableName } = await createTestTable();
Object.assign(process.env, { TABLE_NAME: tableName, SERVICE_NAME: 'catalog', LOG_LEVEL: 'error' });
const { handler } = await import('../src/http/index.ts');
const { table } = await import('../src/composition.ts');

const resource = '/v1/products/{sku}';
const newSku = () => `SKU-${randomUUID()}`;
const price = { amount: 1290, currency: 'EUR' };
const send = (request: Partial<TestRequest>) => call(handler, { resource, ...request });

const add = (sku: string, fields: object = {}, headers = {}) =>
  send({
    method: 'POST',
    resource: '/v1/products',
    body: { sku, title: 'White mug', price, ...fields },
    headers,
  });
const get = (sku: string, headers = {}) => send({ params: { sku }, headers });
const patch = (sku: string, version: number, body: object, headers = {}) =>
  send({ method: 'PATCH', params: { sku }, body, headers: { 'If-Match': `"${version}"`, ...headers } });
const retire = (sku: string) => send({ method: 'DELETE', params: { sku } });
const list = (query: Record<string, string>) => send({ resource: '/v1/products', query });

const published = async (sku: string) =>
  (await outboxOf(table.client, tableName, sku)).map(({ type, sequence, data }) => [
    type.split('.')[2],
    sequence,
    data['version'],
  ]);

describe('a product', () => {
  it('is added, shown and found', async () => {
    const sku = newSku();
    const tags = [`t-${randomUUID().slice(0, 8)}`];
    const added = await add(sku, { tags, description: 'Holds\n300 ml.' });
    expect(added).toMatchObject({
      status: 201,
      headers: { location: `/v1/products/${sku}`, etag: '"1"' },
      body: { sku, tags, price, status: 'active', version: 1, _links: { self: { href: `/v1/products/${sku}` } } },
    });
    expect(await get(sku)).toMatchObject({ status: 200, headers: { etag: '"1"' }, body: added.body });
    expect((await get(sku, { 'If-None-Match': '"1"' })).status).toBe(304);
    expect((await list({ tag: tags[0]!, q: 'holds' })).body['items']).toEqual([added.body]);
    expect(await published(sku)).toEqual([['ProductAdded', 1, 1]]);
  });

  it('is added once, however many requests race', async () => {
    const sku = newSku();
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => add(sku, { title: `Mug ${sku} ${index}` })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(7).fill(409)]);
    expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({
      type: 'urn:dure:problem:product-exists',
    });
    const { title } = (await get(sku)).body as { title: string };
    expect((await list({ q: title, limit: '100' })).body['items']).toMatchObject([{ sku, title }]);
    expect(await published(sku)).toHaveLength(1);
  });

  it('is added once for one idempotency key, and the answer is the same', async () => {
    const sku = newSku();
    const key = { 'Idempotency-Key': sku };
    const first = await add(sku, {}, key);
    const again = await add(sku, {}, key);
    expect(again).toMatchObject({ status: 201, body: first.body, headers: { location: first.headers['location'] } });
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect((await add(sku, { title: 'Other' }, key)).status).toBe(422);
  });

  it('changes only for a caller that has seen its newest version', async () => {
    const sku = newSku();
    await add(sku);
    const changed = await patch(sku, 1, { title: 'Black mug', price: { amount: 990, currency: 'EUR' } });
    expect(changed).toMatchObject({ status: 200, headers: { etag: '"3"' }, body: { title: 'Black mug', version: 3 } });
    expect(await patch(sku, 1, { title: 'Red mug' })).toMatchObject({
      status: 412,
      body: { type: 'urn:dure:problem:precondition-failed' },
    });
    expect((await send({ method: 'PATCH', params: { sku }, body: { title: 'Red mug' } })).status).toBe(428);
    expect((await get(sku)).body).toEqual(changed.body);
    expect(await published(sku)).toEqual([
      ['ProductAdded', 1, 1],
      ['ProductChanged', 2, 2],
      ['PriceChanged', 3, 3],
    ]);
    const [, text, money] = await outboxOf(table.client, tableName, sku);
    expect(text?.data).toMatchObject({ sku, title: 'Black mug', price });
    expect(money?.data).toMatchObject({ title: 'Black mug', price: { amount: 990 }, previousPrice: price });
  });

  it('changes once when many callers have seen the same version', async () => {
    const sku = newSku();
    await add(sku);
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, index) => patch(sku, 1, { title: `Mug ${index}` })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412, 412, 412]);
    const won = answers.find(({ status }) => status === 200)?.body;
    expect((await get(sku)).body).toEqual(won);
  });

  it('stays as it is when nothing is changed', async () => {
    const sku = newSku();
    const { body } = await add(sku);
    expect(await patch(sku, 1, { title: 'White mug', price })).toMatchObject({ status: 200, body });
    expect(await published(sku)).toHaveLength(1);
  });

  it('answers a repeated change like the first', async () => {
    const sku = newSku();
    await add(sku);
    const key = { 'Idempotency-Key': `patch-${sku}` };
    const first = await patch(sku, 1, { title: 'Black mug' }, key);
    expect(await patch(sku, 1, { title: 'Black mug' }, key)).toMatchObject({ status: 200, body: first.body });
  });

  it('keeps its currency', async () => {
    const sku = newSku();
    await add(sku);
    const refused = await patch(sku, 1, { price: { amount: 1, currency: 'KRW' } });
    expect(refused).toMatchObject({ status: 422, body: { type: 'urn:dure:problem:currency-change' } });
  });

  it('is retired for good: still shown, no longer listed, changed or added', async () => {
    const sku = newSku();
    const tag = `t-${randomUUID().slice(0, 8)}`;
    await add(sku, { tags: [tag] });
    expect([(await retire(sku)).status, (await retire(sku)).status]).toEqual([204, 204]);
    expect(await get(sku)).toMatchObject({ status: 200, body: { status: 'retired', version: 2 } });
    expect((await list({ tag })).body['items']).toEqual([]);
    expect((await patch(sku, 2, { title: 'x' })).body).toMatchObject({ type: 'urn:dure:problem:product-retired' });
    expect((await add(sku)).status).toBe(409);
    expect(await published(sku)).toEqual([
      ['ProductAdded', 1, 1],
      ['ProductRetired', 2, 2],
    ]);
  });

  it('is found with others by its SKU, also when it is retired', async () => {
    const [one, other] = [newSku(), newSku()].sort() as [string, string];
    await add(one);
    await add(other);
    await retire(other);
    const { status, body } = await list({ skus: [other, one, one, newSku()].join(',') });
    expect([status, body['items']]).toMatchObject([
      200,
      [
        { sku: one, status: 'active' },
        { sku: other, status: 'retired' },
      ],
    ]);
    expect((await list({ skus: one, q: 'mug' })).status).toBe(400);
    expect((await list({ skus: `${one},` })).status).toBe(400);
  });

  it('that does not exist is a 404', async () => {
    const answers = [await get(newSku()), await patch(newSku(), 1, { title: 'x' }), await retire(newSku())];
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
  });
});

it.each<[string, object, string]>([
  ['a wrong SKU', { sku: 'not a sku' }, 'sku'],
  ['no title', { title: '' }, 'title'],
  ['a negative price', { price: { amount: -1, currency: 'EUR' } }, 'price.amount'],
  ['half a cent', { price: { amount: 1.5, currency: 'EUR' } }, 'price.amount'],
  ['an unknown currency', { price: { amount: 1, currency: 'XXX' } }, 'price.currency'],
  ['an unknown field', { colour: 'white' }, 'colour'],
  ['a wrong tag', { tags: ['ok', 'Not OK'] }, 'tags[1]'],
  ['half of a surrogate pair', { title: 'a\ud800' }, 'title'],
  ['half of a surrogate pair there', { description: 'a\udc00' }, 'description'],
])('refuses %s and adds nothing', async (_, fields, field) => {
  const sku = newSku();
  const refused = await add(sku, fields);
  expect(refused).toMatchObject({ status: 400, body: { errors: [{ in: 'body', field }] } });
  expect((await get(sku)).status).toBe(404);
});

it('finds a product by any word of the longest text that it may have', async () => {
  const sku = newSku();
  const words = Array.from({ length: 500 }, (_, index) => `w${(index * 7919).toString(36)}x`);
  const description = words.join(' ').slice(0, 4000);
  expect((await add(sku, { title: '가나다라마바사', description })).status).toBe(201);
  const last = description.split(' ').at(-2)!;
  expect((await list({ q: `${last} 가나` })).body['items']).toMatchObject([{ sku }]);
  expect((await patch(sku, 1, { description: 'plain' })).status).toBe(200);
  expect((await list({ q: last })).body['items']).toEqual([]);
});

it('is healthy while its table answers', async () => {
  expect(await send({ resource: '/v1/health' })).toMatchObject({ status: 200, body: { status: 'ok' } });
});
