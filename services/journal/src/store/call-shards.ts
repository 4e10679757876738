import { inflateRawSync } from 'node:zlib';
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '@dure/contracts/binding/table';
import { type CallRecord, SPAN_MS } from '../domain/call.ts';

/** Items that one query reads. */
const ITEMS_AT_ONCE = 50;

/** Bounds of what a day's items begin in, both inclusive: ISO 8601 to the millisecond. */
export interface DayBounds {
  readonly low: string;
  readonly high: string;
}

/** The calls of one day, newest first. */
export interface DayReader {
  /** All calls from this instant on are read. */
  known(): string;
  /** Reads on in the shards that are known least; items are how many it read. Undefined when all is read. */
  next(): Promise<{ calls: CallRecord[]; items: number } | undefined>;
}

/** Reads the shards of a day side by side, each item once. `start` is the day's first instant. */
export function readDay(table: Table, partitions: readonly string[], bounds: DayBounds, start: string): DayReader {
  const shards = partitions.map((pk) => ({ pk, known: bounds.high, after: undefined as Key, isOver: false }));
  const known = () => shards.map((shard) => shard.known).reduce((one, other) => (one > other ? one : other));

  async function readOn(shard: (typeof shards)[number]): Promise<Record<string, unknown>[]> {
    const answer = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :low AND :high',
        ExpressionAttributeValues: { ':pk': shard.pk, ':low': bounds.low, ':high': `${bounds.high}~` },
        ExclusiveStartKey: shard.after,
        ScanIndexForward: false,
        Limit: ITEMS_AT_ONCE,
      }),
    );
    const items = answer.Items ?? [];
    shard.after = answer.LastEvaluatedKey;
    shard.isOver = shard.after === undefined;
    // What is not read yet began by then, and lasts less than the span.
    shard.known = shard.isOver ? start : shifted(startOf(shard.after), SPAN_MS);
    return items;
  }

  return {
    known,
    async next() {
      const open = shards.filter(({ isOver }) => !isOver);
      if (open.length === 0) return undefined;
      const least = known();
      const lists = await Promise.all(open.filter((shard) => shard.known === least).map(readOn));
      const items = lists.flat();
      return { calls: items.flatMap(callsOf), items: items.length };
    },
  };
}

type Key = Record<string, unknown> | undefined;

const callsOf = ({ calls }: Record<string, unknown>): CallRecord[] =>
  JSON.parse(inflateRawSync(calls as Uint8Array).toString()) as CallRecord[];

/** The length of an instant to the millisecond. */
const INSTANT = '2026-01-05T09:30:00.200Z'.length;

/** The instant at the beginning of a place. */
export const instantOf = (place: string): string => place.slice(0, INSTANT);

const startOf = (key: Key): string => instantOf(String(key?.['sk']));

export const shifted = (instant: string, milliseconds: number): string =>
  new Date(Date.parse(instant) + milliseconds).toISOString();
