import { readItems } from '@dure/contracts/binding/read-items';
import type { Table } from '@dure/contracts/binding/table';

const BATCH = 100;

/** Reads any number of items, a hundred in each request, side by side. Missing ones are left out. */
export async function readMany<Item>(
  table: Table,
  keys: readonly { readonly pk: string; readonly sk: string }[],
  { consistent }: { readonly consistent: boolean },
): Promise<Item[]> {
  const batches = Array.from({ length: Math.ceil(keys.length / BATCH) }, (_, index) =>
    readItems(
      table,
      keys.slice(index * BATCH, (index + 1) * BATCH).map(({ pk, sk }) => ({ pk, sk })),
      { consistent },
    ),
  );
  return (await Promise.all(batches)).flat() as Item[];
}
