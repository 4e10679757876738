import { describe, expect, it } from '@jest/globals';
import { AddProduct, ChangeProduct, GetProduct, ListProducts, RetireProduct } from '@dure/contracts/catalog';
import { expectStatus } from '@dure/testing/cloud';
import { cloudUnderTest } from '@dure/testing/connection';
import { eventually } from '@dure/testing/eventually';
import { allOf, cursorOf } from '@dure/testing/pages';
import { ended, orderFor, place, readOrder, stockOne, stockUp, unique } from '@dure/testing/shop/shop';

const cloud = cloudUnderTest();

const read = async (sku: string) => expectStatus(await cloud.call(GetProduct, { params: { sku } }), 200);

describe('the search for products', () => {
  it('finds by beginnings of words in title, description and tags, in any script', async () => {
    const word = unique('w').replaceAll('-', '');
    const [kettle, bowl] = await stockUp(
      cloud,
      { title: `Copper kettle ${word}`, description: 'Whistles when it is hot', tags: ['kitchen'] },
      { title: `백자 그릇 ${word}`, tags: ['kitchen', 'ceramics'] },
    );
    const found = async (query: { q?: string; tag?: string }) => {
      const answer = await cloud.call(ListProducts, { query });
      return expectStatus(answer, 200).body.items.map(({ sku }) => sku);
    };
    expect(await found({ q: `kett ${word}` })).toEqual([kettle?.sku]);
    expect(await found({ q: `WHISTLES ${word}` })).toEqual([kettle?.sku]);
    expect(await found({ q: `그릇 ${word}` })).toEqual([bowl?.sku]);
    expect(await found({ q: `ceramics ${word}` })).toEqual([bowl?.sku]);
    expect(await found({ q: word, tag: 'ceramics' })).toEqual([bowl?.sku]);
    expect((await found({ q: word })).sort()).toEqual([kettle?.sku, bowl?.sku].sort());
    expect(await found({ q: `${word} nothing` })).toEqual([]);
  });

  it('pages through each product once, and rejects a cursor of another search', async () => {
    const word = unique('w').replaceAll('-', '');
    const products = await stockUp(cloud, ...Array.from({ length: 7 }, (_, index) => ({ title: `${word} ${index}` })));
    const page = async (cursor?: string) =>
      expectStatus(await cloud.call(ListProducts, { query: { q: word, limit: 3, cursor } }), 200).body;
    const items = await allOf(page);
    expect(items.map(({ sku }) => sku)).toEqual(products.map(({ sku }) => sku).sort());

    const cursor = cursorOf(await page());
    const answer = await cloud.call(ListProducts, { query: { q: 'other', cursor } });
    expect(answer).toMatchObject({ status: 400, code: 'invalid-cursor' });
  });
});

describe('a change of a product', () => {
  it('of its price reaches new orders, while old orders keep theirs', async () => {
    const { sku } = await stockOne(cloud, { price: { amount: 1000, currency: 'EUR' } });
    const before = await place(cloud, orderFor([{ sku, quantity: 3 }]));
    expect(before.total).toEqual({ amount: 3000, currency: 'EUR' });
    const { etag = '' } = await read(sku);
    const change = { params: { sku }, ifMatch: etag, body: { price: { amount: 1250, currency: 'EUR' } } };
    expect((await cloud.call(ChangeProduct, change)).status).toBe(200);

    const after = await eventually('An order is placed at the new price', async () => {
      const order = await place(cloud, orderFor([{ sku, quantity: 3 }]));
      return order.total?.amount === 3750 ? order : undefined;
    });
    expect(after.items).toMatchObject([{ sku, unitPrice: { amount: 1250, currency: 'EUR' } }]);
    expect((await readOrder(cloud, before.orderId)).total).toEqual({ amount: 3000, currency: 'EUR' });
    await Promise.all([before, after].map(({ orderId }) => ended(cloud, orderId)));
  });

  it('of its title reaches new orders', async () => {
    const { sku } = await stockOne(cloud, { title: 'Old title' });
    const { etag = '' } = await read(sku);
    const change = { params: { sku }, ifMatch: etag, body: { title: '새 이름' } };
    expect((await cloud.call(ChangeProduct, change)).status).toBe(200);
    await eventually('An order has the new title', async () => {
      const { items } = await place(cloud, orderFor([{ sku, quantity: 1 }]));
      return items[0]?.title === '새 이름' || undefined;
    });
  });

  it('is rejected when another came first, and changes nothing', async () => {
    const { sku } = await stockOne(cloud);
    const { etag = '' } = await read(sku);
    const change = (title: string) => cloud.call(ChangeProduct, { params: { sku }, ifMatch: etag, body: { title } });
    const answers = await Promise.all([change('one'), change('two')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
    const kept = answers.find(({ status }) => status === 200);
    expect((await read(sku)).body).toEqual(kept?.body);
    expect(await change('three')).toMatchObject({ status: 412, code: 'precondition-failed' });
    expect((await read(sku)).body).toEqual(kept?.body);
  });

  it('a retirement ends its sale, and changes nothing the second time', async () => {
    const { sku } = await stockOne(cloud, { onHand: 5 });
    expect((await cloud.call(RetireProduct, { params: { sku } })).status).toBe(204);
    const { etag, body } = await read(sku);
    expect(body.status).toBe('retired');
    expect((await cloud.call(RetireProduct, { params: { sku } })).status).toBe(204);
    expect((await read(sku)).etag).toBe(etag);
    const change = { params: { sku }, ifMatch: etag ?? '', body: { title: 'Back again' } };
    expect(await cloud.call(ChangeProduct, change)).toMatchObject({ status: 409, code: 'product-retired' });
    await eventually('Orders for it are rejected', async () => {
      const { reason } = await place(cloud, orderFor([{ sku, quantity: 1 }]));
      return reason === 'unknown-product' || undefined;
    });
  });
});

it('a product is added once', async () => {
  const { sku } = await stockOne(cloud);
  const body = { sku, title: 'Again', price: { amount: 1, currency: 'EUR' } };
  expect(await cloud.call(AddProduct, { body })).toMatchObject({ status: 409, code: 'product-exists' });
});

it('an unchanged product is not sent again', async () => {
  const { sku } = await stockOne(cloud);
  const { etag } = await read(sku);
  expect((await cloud.call(GetProduct, { params: { sku }, ifNoneMatch: etag })).status).toBe(304);
});
