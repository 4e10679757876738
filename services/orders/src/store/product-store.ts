import {
  BatchGetCommand,
  type BatchGetCommandInput,
  type BatchGetCommandOutput,
  PutCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Table } from '@dure/contracts/binding/table';
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

export function createProductStore({ client, name: TableName }: Table): ProductStore {
  return {
    async find(skus) {
      const found = new Map<string, Product>();
      let request: BatchGetCommandInput['RequestItems'] = { [TableName]: { Keys: skus.map(key) } };
      for (let attempt = 0; request?.[TableName]?.Keys?.length; attempt += 1) {
        if (attempt === 5) throw new Error('DynamoDB left keys of a BatchGetItem unread five times.');
        const read: BatchGetCommandOutput = await client.send(new BatchGetCommand({ RequestItems: request }));
        for (const item of read.Responses?.[TableName] ?? []) {
          const { sku, title, price, status } = item as Product;
          found.set(sku, { sku, title, price, status });
        }
        request = read.UnprocessedKeys;
      }
      return found;
    },

    // No inbox: the condition on the sequence makes repeated and late events no-ops, at half the cost.
    async copy(product, sequence) {
      try {
        await client.send(
          new PutCommand({
            TableName,
            Item: { ...key(product.sku), ...product, sequence },
            ConditionExpression: 'attribute_not_exists(pk) OR #sequence < :sequence',
            ExpressionAttributeNames: { '#sequence': 'sequence' },
            ExpressionAttributeValues: { ':sequence': sequence },
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return false;
        throw error;
      }
    },
  };
}
