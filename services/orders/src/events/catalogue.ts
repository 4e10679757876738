import { PriceChanged, ProductAdded, ProductChanged, ProductRetired } from '@dure/contracts/catalog';
import { consumer } from '@dure/contracts/binding/consumer';
import { consumes } from '@dure/contracts/contract';
import { type Message, on, Poison } from '@dure/contracts/binding/message';
import { products } from '../composition.ts';
import type { Product } from '../domain/decide.ts';

const fields = ['sku', 'title', 'price', 'status'] as const;

/** Every event carries the whole product, so the newest one is enough. */
async function copy({ data, sequence }: Message<Product>): Promise<void> {
  if (sequence === undefined) throw new Poison('An event of the catalogue has no sequence.');
  await products.copy(data, sequence);
}

export const handler = consumer('catalogue', [
  on(consumes(ProductAdded, fields), copy),
  on(consumes(ProductChanged, fields), copy),
  on(consumes(PriceChanged, fields), copy),
  on(consumes(ProductRetired, fields), copy),
]);
