import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { readItems } from '@dure/contracts/binding/read-items';
import { isConditionFailure, type Table } from '@dure/contracts/binding/table';
import type { Product } from '../domain/decide.ts';

/*
 * Orders' own copy of the catalogue, maintained by its events.
 *
 * item     pk             sk       attributes
 * product  PRODUCT#<sku>  PRODUCT  title, price, status, sequence of the event it was taken from
 */
const key = (sku: string) => ({ pk: `PRODUCT#${sku}`, sk: 'PRODUCT' });

export interface ProductStore {
  find(skus: readonly string[]): Promise<Map<string, Product>>;
  /** Copies a product; false when the same event or a newer one was copied before. */
  copy(product: Product, sequence: number): Promise<boolean>;
}

export function createProductStore(table: Table): ProductStore {
  return {
    async find(skus) {
      const items = await readItems(table, skus.map(key), { consistent: false });
      const products = items.map((item) => productOf(item as unknown as Product));
      return new Map(products.map((product) => [product.sku, product]));
    },

    // No inbox: the condition on the sequence makes repeated and late events no-ops, at half the cost.
    async copy(product, sequence) {
      try {
        await table.client.send(
          new PutCommand({
            TableName: table.name,
            Item: { ...key(product.sku), ...product, sequence },
            ConditionExpression: 'attribute_not_exists(pk) OR #sequence < :sequence',
            ExpressionAttributeNames: { '#sequence': 'sequence' },
            ExpressionAttributeValues: { ':sequence': sequence },
          }),
        );
        return true;
      } catch (error) {
        if (isConditionFailure(error)) return false;
        throw error;
      }
    },
  };
}

const productOf = ({ sku, title, price, status }: Product): Product => ({ sku, title, price, status });
