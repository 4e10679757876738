/** Splits items into chunks of `size`, in order. */
export function* chunksOf<Item>(items: readonly Item[], size: number): Generator<readonly Item[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size);
}

/** Throws the first rejection, if any. */
export function throwFailure(ended: readonly PromiseSettledResult<unknown>[]): void {
  const failed = ended.find((it) => it.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
