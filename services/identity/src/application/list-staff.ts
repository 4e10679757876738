import { decodeCursor, encodeCursor } from '@dure/contracts/binding/cursor';
import * as z from 'zod/mini';
import type { Account } from '../domain/account.ts';

export interface StaffPage {
  readonly accounts: readonly Account[];
  readonly next: string | undefined;
}

export interface StaffStore {
  /**
   * Who has another role than customer, the latest first.
   * @param before the place that a page has ended at
   */
  staff(range: { readonly before: string | undefined; readonly limit: number }): Promise<{
    readonly accounts: readonly Account[];
    /** The place of the last one, if more may follow. */
    readonly end: string | undefined;
  }>;
}

const Place = z.strictObject({ before: z.string().check(z.minLength(1), z.maxLength(200)) });

/** A page of who works here; undefined for a cursor of another list. */
export async function listStaff(
  store: StaffStore,
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<StaffPage | undefined> {
  const place = cursor === undefined ? undefined : decodeCursor(Place, cursor);
  if (cursor !== undefined && place === undefined) return undefined;
  const { accounts, end } = await store.staff({ before: place?.before, limit });
  return { accounts, next: end && encodeCursor({ before: end }) };
}
