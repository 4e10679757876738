import { BatchWriteCommand, type BatchWriteCommandInput, type BatchWriteCommandOutput } from '@aws-sdk/lib-dynamodb';
import { pause } from './read-items.ts';
import type { Table } from './table.ts';

export type WriteRequest = NonNullable<BatchWriteCommandInput['RequestItems']>[string][number];

const ATTEMPTS = 6;
const BATCH = 25;
const AT_ONCE = 4;

/**
 * Puts or deletes any number of items with `BatchWriteItem`, without conditions and not in one transaction. What DynamoDB
 * leaves unprocessed is written again with back-off. Returns a result for each request, in their order; a request fails
 * after six attempts, or when DynamoDB refuses it. One request that it refuses does not fail the others.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
 *
 * @param requests with distinct keys
 * @example
 * ```ts
 * import { required } from '@dure/contracts/binding/environment';
 * import { openTable } from '@dure/contracts/binding/table';
 * import { settleItems } from '@dure/contracts/binding/write-items';
 *
 * const table = openTable(required('TABLE_NAME'));
 * const skus = ['MUG-BLUE', 'MUG-RED'];
 * export const results = await settleItems(
 *   table,
 *   skus.map((sku) => ({ PutRequest: { Item: { pk: `SEEN#${sku}`, sk: 'SEEN' } } })),
 * );
 * ```
 */
export async function settleItems(
  table: Table,
  requests: readonly WriteRequest[],
): Promise<PromiseSettledResult<void>[]> {
  const batches: WriteRequest[][] = [];
  for (let start = 0; start < requests.length; start += BATCH) batches.push(requests.slice(start, start + BATCH));
  const results: PromiseSettledResult<void>[][] = [];
  const waiting = batches.entries();
  const worker = async () => {
    for (const [index, batch] of waiting) results[index] = await settleBatch(table, batch);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results.flat();
}

/** Puts or deletes any number of items, as {@link settleItems} does. @throws the first failure */
export async function writeItems(table: Table, requests: readonly WriteRequest[]): Promise<void> {
  const failed = (await settleItems(table, requests)).find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/** A malformed item makes DynamoDB refuse the whole request, so each is then written alone. */
async function settleBatch(table: Table, batch: readonly WriteRequest[]): Promise<PromiseSettledResult<void>[]> {
  try {
    const unwritten = await writeBatch(table, batch);
    const left = new Error(`DynamoDB left the item of a BatchWriteItem unwritten ${ATTEMPTS} times.`);
    return batch.map((request) =>
      unwritten.has(keyOf(request)) ? { status: 'rejected', reason: left } : { status: 'fulfilled', value: undefined },
    );
  } catch (error) {
    const alone = batch.length > 1 && error instanceof Error && error.name === 'ValidationException';
    if (!alone) return batch.map(() => ({ status: 'rejected', reason: error }));
    return (await Promise.all(batch.map((request) => settleBatch(table, [request])))).flat();
  }
}

/** The keys of the items that DynamoDB left unprocessed in the end. */
async function writeBatch({ client, name }: Table, batch: readonly WriteRequest[]): Promise<Set<string>> {
  let pending: BatchWriteCommandInput['RequestItems'] = { [name]: [...batch] };
  for (let attempt = 1; pending?.[name]?.length; attempt += 1) {
    if (attempt > ATTEMPTS) return new Set(pending[name].map(keyOf));
    if (attempt > 1) await pause(attempt - 1);
    const written: BatchWriteCommandOutput = await client.send(new BatchWriteCommand({ RequestItems: pending }));
    pending = written.UnprocessedItems;
  }
  return new Set();
}

function keyOf({ PutRequest, DeleteRequest }: WriteRequest): string {
  const { pk, sk } = PutRequest?.Item ?? DeleteRequest?.Key ?? {};
  return JSON.stringify([pk, sk]);
}
