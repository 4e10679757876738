import { BatchWriteCommand, type BatchWriteCommandInput, type BatchWriteCommandOutput } from '@aws-sdk/lib-dynamodb';
import type { Table } from '@dure/contracts/binding/table';

const ATTEMPTS = 6;
const BATCH = 25;
const AT_ONCE = 4;

export type WriteRequest = NonNullable<BatchWriteCommandInput['RequestItems']>[string][number];

/** Puts or deletes any number of items. Retries what DynamoDB leaves unprocessed, a limited number of times. */
export async function writeItems(table: Table, requests: readonly WriteRequest[]): Promise<void> {
  const batches: WriteRequest[][] = [];
  for (let start = 0; start < requests.length; start += BATCH) batches.push(requests.slice(start, start + BATCH));
  const workers = Array.from({ length: AT_ONCE }, async () => {
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) await writeBatch(table, batch);
  });
  await Promise.all(workers);
}

async function writeBatch({ client, name }: Table, batch: WriteRequest[]): Promise<void> {
  let pending: BatchWriteCommandInput['RequestItems'] = { [name]: batch };
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const written: BatchWriteCommandOutput = await client.send(new BatchWriteCommand({ RequestItems: pending }));
    pending = written.UnprocessedItems;
    if (!pending?.[name]?.length) return;
    await pause(attempt);
  }
  throw new Error(`DynamoDB left items of a BatchWriteItem unwritten ${ATTEMPTS} times.`);
}

/** Full jitter. Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ */
const pause = (attempt: number) => new Promise((resolve) => setTimeout(resolve, Math.random() * 25 * 2 ** attempt));
