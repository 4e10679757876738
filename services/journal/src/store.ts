import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '@dure/contracts/binding/table';
import { settleItems, type WriteRequest, writeItems } from '@dure/contracts/binding/write-items';
import { type Chunk, chunksOf, isFoundById, type Kept, rangesOf, slotOf, whenHappened } from './domain/chunk.ts';
import { boundsOf, positionOf, type Range, type RecordedEvent } from './domain/recorded-event.ts';
import { CHUNK_SHARDS, correlationOf, eventsOf, toItem } from './store/chunk-items.ts';
import { type Bounds, firstEvents, pagesOf, type Place, shared } from './store/event-pages.ts';

/*
 * Key design. A position is <time>#<sequence>#<id>, an event's place among all. Events of one correlation about one
 * subject that are recorded together are one item, a chunk.
 *
 * item       pk                       sk                   attributes
 * chunk      CORRELATION#<id>         <position>#<hash>    its events, compressed; subject; position, of the first;
 *                                                          shard; expiresAt, unless it is kept forever
 * slot       TYPE#<type>              <slot>#<expiry day>  ten minutes in which there are events of a type
 * pointer    EVENT#<id>               EVENT                chunkPk, chunkSk: only of an event whose id does not tell
 *                                                          when it happened
 * event      EVENT#<id>               EVENT                of before: one event
 * partition  PARTITIONS               <type>#<n>           of before: a shard of events that exists
 *
 * index        partition                                sorted by
 * all          shard, CHUNKS#<digit>                    position
 * subject      subject                                  position
 *
 * By correlation the table itself answers. Everything is the shards of `all`, merged, and so is a type, of its slots. An
 * id is a UUIDv7 and tells when its event happened.
 *
 * An earlier version stored each event alone. These are in the indexes `subject`, `correlation` (correlationid) and `all`
 * (shard TYPE#<type>#<n>, and ALL#<0 to 7>), the oldest in `type` too. No chunk is in `correlation` and `type`.
 */
const eventKey = (id: string) => ({ pk: `EVENT#${id}`, sk: 'EVENT' });
const slotsKey = (type: string) => `TYPE#${type}`;
const PARTITIONS = 'PARTITIONS';
const OLD_SHARDS = Array.from({ length: 8 }, (_, shard) => `ALL#${shard}`);

export type Selection =
  { readonly by: 'all' } | { readonly by: 'correlation' | 'subject' | 'type'; readonly value: string };

export interface Store {
  /** Records events with distinct ids, each anew if it is recorded already. Returns a result for each, in their order. */
  record(events: readonly Kept[]): Promise<PromiseSettledResult<void>[]>;
  load(id: string): Promise<RecordedEvent | undefined>;
  /** The oldest events of a selection in a range; `end` is set while more follow, to continue after. */
  list(
    selection: Selection,
    page: { readonly range: Range; readonly limit: number },
  ): Promise<{ events: RecordedEvent[]; end?: string }>;
}

/** Lambda answers 6 MB at most. Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_PAGE_BYTES = 4 * 1024 * 1024;
/** Slots that are read at once: almost a day of them. */
const SLOTS_AT_ONCE = 100;
/** Of the slots that this process has noted. */
const MAX_NOTED = 10_000;
const DAY_SECONDS = 86_400;

export function createStore(table: Table): Store {
  const { client, name: TableName } = table;

  async function get(key: Record<'pk' | 'sk', string>) {
    const { Item: item } = await client.send(new GetCommand({ TableName, Key: key, ConsistentRead: true }));
    return item;
  }

  /** Pages of sort keys of the table. */
  async function* keysOf(pk: string, { low, high }: Bounds, limit?: number): AsyncGenerator<string[], undefined> {
    let after: Record<string, unknown> | undefined;
    do {
      const { Items: items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName,
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :low AND :high',
          ExpressionAttributeValues: { ':pk': pk, ':low': low, ':high': high },
          ExclusiveStartKey: after,
          Limit: limit,
        }),
      );
      yield items.map(({ sk }) => String(sk));
      after = LastEvaluatedKey;
    } while (after !== undefined);
  }

  /** The ranges within bounds in which there are events of a type. */
  async function* rangesOfType(type: string, { low, high }: Bounds): AsyncGenerator<Bounds, undefined> {
    for await (const keys of keysOf(slotsKey(type), { low: slotOf(low), high: `${slotOf(high)}~` }, SLOTS_AT_ONCE)) {
      yield* rangesOf(keys.map(slotOf));
    }
    return undefined;
  }

  /** The shards of `all` in which an earlier version stored events, of a type or of all. */
  async function oldShards(type?: string): Promise<string[]> {
    const prefix = type === undefined ? 'dure.' : `${type}#`;
    const shards: string[] = [];
    for await (const keys of keysOf(PARTITIONS, { low: prefix, high: `${prefix}~` })) {
      shards.push(...keys.map((partition) => `TYPE#${partition}`));
    }
    return shards;
  }

  /** Where the events of a selection are, in the bounds. */
  async function placesOf(selection: Selection, bounds: Bounds, limit: number) {
    const whole = shared(only(bounds));
    const inWhole = (place: Place) => pagesOf(table, place, whole, limit);
    if (selection.by === 'correlation')
      return [
        inWhole({ key: 'pk', value: correlationOf(selection.value) }),
        inWhole({ index: 'correlation', key: 'correlationid', value: selection.value }),
      ];
    if (selection.by === 'subject') return [inWhole({ index: 'subject', key: 'subject', value: selection.value })];
    if (selection.by === 'all') return [...CHUNK_SHARDS, ...OLD_SHARDS, ...(await oldShards())].map(inAll).map(inWhole);
    const ranges = shared(rangesOfType(selection.value, bounds));
    const old = [
      ...(await oldShards(selection.value)).map(inAll),
      { index: 'type', key: 'type', value: selection.value },
    ];
    return [...CHUNK_SHARDS.map((shard) => pagesOf(table, inAll(shard), ranges, limit)), ...old.map(inWhole)];
  }

  /** What this process has noted: a list by type would not find what is in a slot that is not. */
  const noted = new Set<string>();

  /** A slot is noted once for each day on which events in it expire, and is kept a day longer than they are. */
  async function note(kept: readonly Kept[]): Promise<void> {
    const slots = new Map<string, WriteRequest>();
    for (const { event, expiresAt } of kept) {
      const day = expiresAt === undefined ? undefined : Math.ceil(expiresAt / DAY_SECONDS) + 1;
      const Item = { pk: slotsKey(event.type), sk: `${slotOf(positionOf(event))}#${day ?? 'never'}` };
      const expiry = day === undefined ? {} : { expiresAt: day * DAY_SECONDS };
      slots.set(`${Item.pk} ${Item.sk}`, { PutRequest: { Item: { ...Item, ...expiry } } });
    }
    const unknown = [...slots].filter(([key]) => !noted.has(key));
    await writeItems(
      table,
      unknown.map(([, request]) => request),
    );
    if (noted.size > MAX_NOTED) noted.clear();
    for (const [key] of unknown) noted.add(key);
  }

  return {
    async record(kept) {
      await note(kept);
      const writes = chunksOf(kept).map((chunk) => ({ chunk, requests: requestsOf(chunk) }));
      const settled = await settleItems(
        table,
        writes.flatMap(({ requests }) => requests),
      );
      const resultOf = new Map<string, PromiseSettledResult<void>>();
      for (const { chunk, requests } of writes) {
        const results = settled.splice(0, requests.length);
        const result = results.find(({ status }) => status === 'rejected') ?? results[0]!;
        for (const { id } of chunk.events) resultOf.set(id, result);
      }
      return kept.map(({ event }) => resultOf.get(event.id)!);
    },

    async load(given) {
      const id = given.toLowerCase();
      const item = await get(eventKey(id));
      const chunk = item?.['chunkPk'] === undefined ? item : await get(targetOf(item));
      if (item !== undefined) return chunk && eventsOf(chunk).find((event) => event.id === id);
      const when = whenHappened(id);
      if (when === undefined) return undefined;
      const whole = shared(only({ low: when.from, high: `${when.to}~` }));
      const shards = CHUNK_SHARDS.map((shard) => pagesOf(table, inAll(shard), whole, MANY));
      return (await firstEvents(shards, (event) => event.id === id, 0))[0];
    },

    async list(selection, { range, limit }) {
      const bounds = boundsOf(range);
      if (bounds.low > bounds.high) return { events: [] };
      const events = await firstEvents(
        await placesOf(selection, bounds, limit + 1),
        (event, position) => isWithin(position, bounds) && (selection.by !== 'type' || event.type === selection.value),
        limit,
      );
      const page = withinBytes(events.slice(0, limit));
      const last = page.at(-1);
      return { events: page, ...(events.length > page.length && last && { end: positionOf(last) }) };
    },
  };
}

/** Chunks that are read at once to find one event. */
const MANY = 500;

const inAll = (value: string): Place => ({ index: 'all', key: 'shard', value });

const isWithin = (position: string, { low, high }: Bounds): boolean => low <= position && position <= high;

async function* only(bounds: Bounds): AsyncGenerator<Bounds, undefined> {
  yield await Promise.resolve(bounds);
  return undefined;
}

/** A chunk, and pointers to it from the events that are not found by their id alone. */
function requestsOf(chunk: Chunk): WriteRequest[] {
  const item = toItem(chunk);
  const target = { chunkPk: item.pk, chunkSk: item.sk, expiresAt: item.expiresAt };
  const pointers = chunk.events
    .filter((event) => !isFoundById(event))
    .map(({ id }) => ({ ...eventKey(id), ...target }));
  return [item, ...pointers].map((Item) => ({ PutRequest: { Item } }));
}

const targetOf = ({ chunkPk, chunkSk }: Record<string, unknown>) => ({ pk: String(chunkPk), sk: String(chunkSk) });

/** As many as one response can carry, at least one. */
function withinBytes(events: RecordedEvent[]): RecordedEvent[] {
  let bytes = 0;
  const tooMuch = events.findIndex(
    ({ data }) => (bytes += Buffer.byteLength(JSON.stringify(data)) + 1024) > MAX_PAGE_BYTES,
  );
  return tooMuch === -1 ? events : events.slice(0, Math.max(1, tooMuch));
}
