import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Call } from '@dure/contracts/binding/call';
import { commit, type Write } from '@dure/contracts/binding/commit';
import { SparePartRecorded } from '@dure/contracts/depot';
import { type OutgoingEvent, publish } from '@dure/contracts/binding/outbox';
import type { Table } from '@dure/contracts/binding/table';
import { evolve, type SparePart, type SparePartEvent } from './domain/spare-part.ts';

/*
 * Key design. `version` counts the events of a spare part and is also the `sequence` of the last one.
 *
 * spare part: pk = SPARE_PART#<sparePartId>, sk = SPARE_PART; all of the spare part
 */
const sparePartKey = (sparePartId: string) => ({ pk: `SPARE_PART#${sparePartId}`, sk: 'SPARE_PART' });

export interface Store {
  load(sparePartId: string): Promise<SparePart | undefined>;
  /** Saves and publishes what was decided upon `before`; answers the spare part after it. */
  save(call: Call, before: SparePart | undefined, events: readonly SparePartEvent[]): Promise<SparePart>;
}

export function createStore(table: Table): Store {
  const { client, name: TableName } = table;

  return {
    async load(sparePartId) {
      const { Item: item } = await client.send(
        new GetCommand({ TableName, Key: sparePartKey(sparePartId), ConsistentRead: true }),
      );
      return item && toSparePart(item);
    },

    async save(call, before, events) {
      const after = events.reduce<SparePart | undefined>((state, event) => evolve(state, event, call.time), before);
      if (after === undefined) throw new Error('A spare part begins with an event.');
      if (events.length === 0) return after;
      const version = before?.version ?? 0;
      await commit(table, call, {
        writes: [putSparePart(after, version)],
        events: events.map((event, index) => outgoing(event, version + index + 1)),
        result: after,
      });
      return after;
    },
  };
}

/** Conditional on the version that was decided upon. */
function putSparePart(after: SparePart, version: number): Write {
  const condition =
    version === 0
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : { ConditionExpression: 'version = :version', ExpressionAttributeValues: { ':version': version } };
  return { Put: { Item: { ...sparePartKey(after.sparePartId), ...after }, ...condition } };
}

function outgoing({ type, ...data }: SparePartEvent, sequence: number): OutgoingEvent {
  const contracts = { SparePartRecorded };
  return publish(contracts[type], data.sparePartId, sequence, data);
}

function toSparePart(item: Record<string, unknown>): SparePart {
  const { pk: _, sk: __, ...stored } = item;
  return stored as unknown as SparePart;
}
