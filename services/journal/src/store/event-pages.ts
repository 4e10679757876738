import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '@dure/contracts/binding/table';
import { firstBegin } from '../domain/chunk.ts';
import { positionOf, type RecordedEvent } from '../domain/recorded-event.ts';
import { eventsOf, keepNewest } from './chunk-items.ts';

/** A partition, of the table or of an index, that has events in order. */
export interface Place {
  /** Undefined for the table, whose sort keys begin with the position. */
  readonly index?: string;
  readonly key: string;
  readonly value: string;
}

/** Positions or instants, both inclusive. */
export interface Bounds {
  readonly low: string;
  readonly high: string;
}

/** What was read of a place. While more follows, all its events up to `end` are known. */
interface Page {
  readonly events: readonly RecordedEvent[];
  readonly end?: string;
}

/** Ranges in ascending order, by their number from 0. */
export type Ranges = (index: number) => Promise<IteratorResult<Bounds, undefined>>;

/** Lets several readers go through ranges, each from the first on. */
export function shared(ranges: AsyncIterator<Bounds, undefined>): Ranges {
  const read: ReturnType<Ranges>[] = [];
  return (index) => (read[index] ??= ranges.next());
}

/** Reads a place in the given ranges, page by page. */
export async function* pagesOf(table: Table, place: Place, ranges: Ranges, limit: number): AsyncGenerator<Page> {
  let { value: range } = await ranges(0);
  for (let index = 1; range !== undefined; index += 1) {
    const { value: next } = await ranges(index);
    let after: Record<string, unknown> | undefined;
    do {
      const { items, last } = await query(table, place, range, limit, after);
      after = last;
      const end = after === undefined ? next?.low : String(after[sortKeyOf(place)]);
      yield { events: items.flatMap(eventsOf), ...(end !== undefined && { end }) };
    } while (after !== undefined);
    range = next;
  }
}

const sortKeyOf = ({ index }: Place) => (index === undefined ? 'sk' : 'position');

async function query(table: Table, place: Place, range: Bounds, limit: number, after?: Record<string, unknown>) {
  const { Items: items = [], LastEvaluatedKey: last } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      IndexName: place.index,
      KeyConditionExpression: '#partition = :value AND #sort BETWEEN :low AND :high',
      ExpressionAttributeNames: { '#partition': place.key, '#sort': sortKeyOf(place) },
      ExpressionAttributeValues: { ':value': place.value, ':low': firstBegin(range.low), ':high': range.high },
      ExclusiveStartKey: after,
      Limit: limit,
    }),
  );
  return { items, last };
}

/**
 * The first events of several places together, in order: more than `limit`, or all. An event counts once, however often it
 * was recorded.
 */
export async function firstEvents(
  places: readonly AsyncGenerator<Page>[],
  wanted: (event: RecordedEvent, position: string) => boolean,
  limit: number,
): Promise<RecordedEvent[]> {
  const found = new Map<string, RecordedEvent>();
  // A place that has an end has more events than are read.
  const ends = new Map(places.map((place) => [place, '']));
  const readOn = async (place: AsyncGenerator<Page>) => {
    const page = (await place.next()).value as Page | undefined;
    for (const event of page?.events ?? []) if (wanted(event, positionOf(event))) keepNewest(found, event);
    if (page?.end === undefined) ends.delete(place);
    else ends.set(place, page.end);
  };
  let known: string[] = [];
  do {
    const least = [...ends.values()].sort()[0];
    await Promise.all([...ends].filter(([, end]) => end === least).map(([place]) => readOn(place)));
    const bounds = [...ends.values()];
    known = [...found.keys()].filter((position) => bounds.every((end) => position <= end)).sort();
  } while (ends.size > 0 && known.length <= limit);
  return known.map((position) => found.get(position)!);
}
