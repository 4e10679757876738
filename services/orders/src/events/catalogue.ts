import { PriceChanged, ProductAdded, ProductChanged, ProductRetired } from '@dure/contracts/catalog/index';
import { consumer } from '@dure/contracts/consumer';
import { consumes } from '@dure/contracts/contract';
import { type Message, on, Poison } from '@dure/contracts/message';
import { products } from '../composition.ts';
import type { Product } from '../domain/decide.ts';

const fields = ['sku', 'title', 'price', 'status'] as const;

/** Every event of a product carries the whole product, so that the newest alone is enough. */
async function copy({ data, sequence }: Message<Product>): Promise<void> {
  if (sequence === undefined) throw new Poison('An event of the catalogue came without its sequence.');
  await products.copy(data, sequence);
}

export const handler = consumer('catalogue', [
  on(consumes(ProductAdded, fields), copy),
  on(consumes(ProductChanged, fields), copy),
  on(consumes(PriceChanged, fields), copy),
  on(consumes(ProductRetired, fields), copy),
]);
