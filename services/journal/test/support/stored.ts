import { QueryCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '@dure/contracts/binding/table';
import type { RecordedEvent } from '../../src/domain/recorded-event.ts';
import { eventsOf } from '../../src/store/chunk-items.ts';

export interface StoredChunk {
  readonly item: Record<string, unknown>;
  readonly events: readonly RecordedEvent[];
}

/** The chunks of a correlation, as they are stored, or all of the table's. */
export async function chunksIn({ client, name: TableName }: Table, correlationid?: string): Promise<StoredChunk[]> {
  const ofCorrelation = {
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': `CORRELATION#${correlationid}` },
  };
  const { Items: items = [] } =
    correlationid === undefined
      ? await client.send(new ScanCommand({ TableName, FilterExpression: 'attribute_exists(events)' }))
      : await client.send(new QueryCommand({ TableName, ...ofCorrelation }));
  return items.map((item) => ({ item, events: eventsOf(item) }));
}

/** The item that an earlier version stored of an event, in a shard of `all`; the oldest ones were in the index `type`. */
export const oldItem = ({ type, ...event }: RecordedEvent, position: string, shard: string, oldest: boolean) => ({
  ...{ pk: `EVENT#${event.id}`, sk: 'EVENT', ...event, position, shard },
  ...(oldest ? { type } : { messageType: type }),
  data: JSON.stringify(event.data),
});
