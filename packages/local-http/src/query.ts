/** Query parameters, the last of each name. */
export type Query = Readonly<Record<string, string>>;

/** A `limit` parameter, from 1 to 1000; 100 where there is none. */
export function limitOf({ limit }: Query): number {
  const value = Number(limit ?? 100);
  return Number.isInteger(value) && value >= 1 ? Math.min(value, 1000) : 100;
}
