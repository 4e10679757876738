/** The items in their order, `size` of them at a time. */
export function* chunksOf<Item>(items: readonly Item[], size: number): Generator<readonly Item[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size);
}

/** Throws the first failure among what has ended. */
export function throwFailure(ended: readonly PromiseSettledResult<unknown>[]): void {
  const failed = ended.find((it) => it.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
