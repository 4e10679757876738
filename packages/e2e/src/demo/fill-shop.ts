import { AddProduct } from '@dure/contracts/catalog';
import { GetStock, ReceiveStock, SetStock } from '@dure/contracts/inventory';
import { type Cloud, expectStatus } from '@dure/testing/cloud';
import { catalogueArrived, type NewProduct } from '@dure/testing/shop/shop';
import { goods, wantedInStock } from './goods.ts';

export interface Filled {
  readonly products: number;
  readonly added: number;
  readonly toppedUp: number;
}

const AT_ONCE = 8;

/** Adds the missing goods and fills up their stock. Existing products are not changed. */
export async function fillShop(cloud: Cloud): Promise<Filled> {
  let [added, toppedUp] = [0, 0];
  for (let start = 0; start < goods.length; start += AT_ONCE) {
    const some = goods.slice(start, start + AT_ONCE);
    const done = await Promise.all(some.map((product) => fillOne(cloud, product)));
    added += done.filter((one) => one.added).length;
    toppedUp += done.filter((one) => one.toppedUp).length;
  }
  await catalogueArrived(
    cloud,
    goods.map(({ sku }) => sku),
  );
  return { products: goods.length, added, toppedUp };
}

async function fillOne(cloud: Cloud, product: NewProduct) {
  const { sku } = product;
  const answer = await cloud.call(AddProduct, { body: product });
  if (answer.status !== 409) expectStatus(answer, 201);
  return { added: answer.status === 201, toppedUp: await topUp(cloud, sku, wantedInStock(sku)) };
}

async function topUp(cloud: Cloud, sku: string, wanted: number): Promise<boolean> {
  const answer = await cloud.call(GetStock, { params: { sku } });
  if (answer.status === 404) {
    expectStatus(await cloud.call(SetStock, { params: { sku }, body: { onHand: wanted } }), 200);
    return true;
  }
  const { available } = expectStatus(answer, 200).body;
  if (available >= wanted) return false;
  expectStatus(await cloud.call(ReceiveStock, { params: { sku }, body: { quantity: wanted - available } }), 201);
  return true;
}
