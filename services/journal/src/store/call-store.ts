import { createHash } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import type { Table } from '@dure/contracts/binding/table';
import { writeItems } from '@dure/contracts/binding/write-items';
import { type CallChunk, callChunksOf, type CallRecord, dayOf, placeOf, SPAN_MS } from '../domain/call.ts';
import { instantOf, readDay, shifted } from './call-shards.ts';

/*
 * item   pk                       sk                         attributes
 * calls  CALLS#<day>#<0 to 3>     <first call's at>#<hash>   calls, compressed; expiresAt
 *
 * Calls of a day that are less than two seconds apart and were delivered together are one item. No index has them: a
 * list reads the partitions of its days, newest first, and filters.
 */
const SHARDS = ['0', '1', '2', '3'];
const partition = (day: string, shard: string): string => `CALLS#${day}#${shard}`;

/** How much one request reads. */
const MAX_DAYS = 31;
const MAX_ITEMS = 400;

export interface CallRange {
  /** Inclusive, and exclusive: ISO 8601 to the millisecond. */
  readonly from: string;
  readonly to: string;
  /** Only calls before this place. */
  readonly before?: string | undefined;
}

export interface CallStore {
  /** Stores calls, again if they are stored already. @throws DynamoDB's error; what was written then stays */
  record(calls: readonly CallRecord[], expiresAt: number | undefined): Promise<void>;
  /**
   * Calls in a range that `wanted` takes, newest first. A request reads so much and no more: `end` is the place before
   * which to go on, and is set while more may follow, also when few calls or none were found.
   */
  list(
    range: CallRange,
    wanted: (call: CallRecord) => boolean,
    limit: number,
  ): Promise<{ calls: CallRecord[]; end?: string }>;
}

export function createCallStore(table: Table): CallStore {
  return {
    async record(calls, expiresAt) {
      await writeItems(
        table,
        callChunksOf(calls).map((chunk) => ({ PutRequest: { Item: { ...toItem(chunk), expiresAt } } })),
      );
    },

    async list({ from, to, before }, wanted, limit) {
      const first = instantOf(before === undefined || before > to ? to : before);
      const found = new Map<string, CallRecord>();
      let [known, items] = [first, 0];
      const sorted = () =>
        [...found].filter(([, { at }]) => at >= known).sort(([one], [other]) => (one > other ? -1 : 1));
      // A moment may have more items than a request reads: it reads them all, or the next request would begin there again.
      const isEnough = () => sorted().length > limit || (items >= MAX_ITEMS && known < first);
      for (let days = 0; known > from && days < MAX_DAYS && !isEnough(); days += 1) {
        const high = days === 0 ? first : shifted(known, -1);
        const day = readDayOf(high, from);
        for (let part = await day.next(); part !== undefined; part = await day.next()) {
          items += part.items;
          for (const call of part.calls) {
            const place = placeOf(call);
            const isWithin = call.at >= from && call.at < to && (before === undefined || place < before);
            if (isWithin && wanted(call)) found.set(place, call);
          }
          known = day.known() < known ? day.known() : known;
          if (isEnough()) break;
        }
      }
      const places = sorted();
      const page = places.slice(0, limit);
      const end = places.length > limit ? page.at(-1)?.[0] : known > from ? known : undefined;
      return { calls: page.map(([, call]) => call), ...(end !== undefined && { end }) };
    },
  };

  /** The calls of a day up to `high`, of items that may have one since `from`. */
  function readDayOf(high: string, from: string) {
    const day = dayOf(high);
    const start = `${day}T00:00:00.000Z`;
    const low = shifted(from, -SPAN_MS);
    const partitions = SHARDS.map((shard) => partition(day, shard));
    return readDay(table, partitions, { low: low > start ? low : start, high }, start);
  }
}

/** Its key follows from its calls, so that a batch that is delivered again replaces it with itself. */
function toItem(chunk: CallChunk) {
  const [{ at }] = chunk;
  const hash = createHash('sha256')
    .update(chunk.map(({ id }) => id).join())
    .digest();
  return {
    pk: partition(dayOf(at), SHARDS[(hash[0] ?? 0) % SHARDS.length]!),
    sk: `${at}#${hash.toString('base64url').slice(0, 12)}`,
    calls: deflateRawSync(JSON.stringify(chunk)),
  };
}
