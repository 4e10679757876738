import { BatchGetCommand, type BatchGetCommandInput, type BatchGetCommandOutput } from '@aws-sdk/lib-dynamodb';
import type { Table } from './table.ts';

const ATTEMPTS = 6;

/**
 * Reads up to 100 items with `BatchGetItem`, in no particular order; missing items are left out. DynamoDB may leave keys
 * unprocessed, when it is throttled or the response exceeds 16 MB. These are read again with back-off; after six
 * attempts it throws.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
 *
 * @param keys distinct keys
 * @param consistent false halves the cost, but may return an item as it was a moment ago
 * @example
 * ```ts
 * import { required } from '@dure/contracts/binding/environment';
 * import { readItems } from '@dure/contracts/binding/read-items';
 * import { openTable } from '@dure/contracts/binding/table';
 *
 * const table = openTable(required('TABLE_NAME'));
 * const skus = ['MUG-BLUE', 'MUG-RED'];
 * export const items = await readItems(
 *   table,
 *   skus.map((sku) => ({ pk: `STOCK#${sku}`, sk: 'STOCK' })),
 *   { consistent: true },
 * );
 * ```
 */
export async function readItems(
  { client, name }: Table,
  keys: readonly Readonly<Record<string, string>>[],
  { consistent }: { consistent: boolean },
): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  let pending: BatchGetCommandInput['RequestItems'] = { [name]: { Keys: [...keys], ConsistentRead: consistent } };
  for (let attempt = 1; pending?.[name]?.Keys?.length; attempt += 1) {
    if (attempt > ATTEMPTS) throw new Error(`DynamoDB left keys of a BatchGetItem unread ${ATTEMPTS} times.`);
    if (attempt > 1) await pause(attempt - 1);
    const read: BatchGetCommandOutput = await client.send(new BatchGetCommand({ RequestItems: pending }));
    items.push(...(read.Responses?.[name] ?? []));
    pending = read.UnprocessedKeys;
  }
  return items;
}

/** Full jitter. Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ */
export const pause = (attempt: number) =>
  new Promise((resolve) => setTimeout(resolve, Math.random() * 25 * 2 ** attempt));
