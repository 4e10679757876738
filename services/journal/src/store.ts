import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { AlreadyHandled } from '@dure/contracts/binding/commit';
import type { Table } from '@dure/contracts/binding/table';
import { boundsOf, positionOf, type Range, type RecordedEvent } from './domain/recorded-event.ts';

/*
 * Key design. An event is one item that never changes; its key is what records it once.
 *
 * item     pk            sk       attributes
 * event    EVENT#<id>    EVENT    the whole event, `data` as JSON text (keeps numbers and nesting as they came);
 *                                 position = <time>#<sequence>#<id>; shard; expiresAt, unless it is kept forever
 *
 * index        partition       sorted by
 * all          shard           position
 * correlation  correlationid   position
 * subject      subject         position
 * type         type            position
 *
 * A single partition for `all` would take every write, 1,000 a second at most. So there are eight, and a list of a range
 * reads them side by side.
 */
const SHARDS = 8;
const eventKey = (id: string) => ({ pk: `EVENT#${id}`, sk: 'EVENT' });
const shardOf = (id: string) => `ALL#${Number.parseInt(id.at(-1) ?? '0', 16) % SHARDS}`;

export type Selection =
  { readonly by: 'all' } | { readonly by: 'correlation' | 'subject' | 'type'; readonly value: string };

export interface Store {
  /** @throws {@link AlreadyHandled} when an event with this id exists */
  record(event: RecordedEvent, expiresAt: number | undefined): Promise<void>;
  load(id: string): Promise<RecordedEvent | undefined>;
  /** The oldest events of a selection in a range; `end` is set while more follow, to continue after. */
  list(
    selection: Selection,
    page: { readonly range: Range; readonly limit: number },
  ): Promise<{ events: RecordedEvent[]; end?: string }>;
}

/** Lambda answers 6 MB at most. Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_PAGE_BYTES = 4 * 1024 * 1024;

export function createStore(table: Table): Store {
  const { client, name: TableName } = table;

  async function read(by: Selection['by'], value: string, range: Range, limit: number) {
    const { low, high } = boundsOf(range);
    if (low > high) return { items: [], cut: false };
    const { Items: items = [], LastEvaluatedKey: last } = await client.send(
      new QueryCommand({
        TableName,
        IndexName: by,
        KeyConditionExpression: '#partition = :value AND #position BETWEEN :low AND :high',
        ExpressionAttributeNames: { '#partition': PARTITION_KEYS[by], '#position': 'position' },
        ExpressionAttributeValues: { ':value': value, ':low': low, ':high': high },
        Limit: limit + 1,
      }),
    );
    return { items: items as EventItem[], cut: last !== undefined };
  }

  return {
    async record(event, expiresAt) {
      try {
        await client.send(
          new PutCommand({
            TableName,
            Item: { ...toItem(event), expiresAt },
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        );
      } catch (error) {
        if (!(error instanceof Error) || error.name !== 'ConditionalCheckFailedException') throw error;
        throw new AlreadyHandled(`The event ${event.id} is recorded.`, { cause: error });
      }
    },

    async load(id) {
      const { Item: item } = await client.send(
        new GetCommand({ TableName, Key: eventKey(id.toLowerCase()), ConsistentRead: true }),
      );
      return item && toEvent(item as EventItem);
    },

    async list(selection, { range, limit }) {
      const partitions = selection.by === 'all' ? ALL_SHARDS : [selection.value];
      const lists = await Promise.all(partitions.map((value) => read(selection.by, value, range, limit)));
      // A list that was cut off, by its limit or its size, says nothing about what follows its last item.
      const ends = lists.filter(({ cut }) => cut).map(({ items }) => items.at(-1)?.position ?? '');
      const known = lists
        .flatMap(({ items }) => items)
        .filter(({ position }) => ends.every((end) => position <= end))
        .sort((a, b) => (a.position < b.position ? -1 : 1));
      const page = withinBytes(known.slice(0, limit));
      const more = known.length > page.length || ends.length > 0;
      return { events: page.map(toEvent), end: more ? page.at(-1)?.position : undefined };
    },
  };
}

const PARTITION_KEYS = { all: 'shard', correlation: 'correlationid', subject: 'subject', type: 'type' } as const;
const ALL_SHARDS = Array.from({ length: SHARDS }, (_, shard) => `ALL#${shard}`);

interface EventItem extends Omit<RecordedEvent, 'data'> {
  readonly data: string;
  readonly position: string;
}

const toItem = (event: RecordedEvent) => ({
  ...eventKey(event.id),
  ...event,
  data: JSON.stringify(event.data),
  position: positionOf(event),
  shard: shardOf(event.id),
});

function toEvent(item: EventItem): RecordedEvent {
  const { id, source, type, subject, time, dataschema, sequence, causationid, traceparent, actor, recordedAt } = item;
  return {
    ...{ id, source, type, subject, time, dataschema, sequence, correlationid: item.correlationid, causationid },
    ...{ traceparent, actor, data: JSON.parse(item.data) as RecordedEvent['data'], recordedAt },
  };
}

/** As many as one response can carry, at least one. */
function withinBytes(items: readonly EventItem[]): readonly EventItem[] {
  let bytes = 0;
  const end = items.findIndex(({ data }) => (bytes += Buffer.byteLength(data) + 1024) > MAX_PAGE_BYTES);
  return end === -1 ? items : items.slice(0, Math.max(1, end));
}
