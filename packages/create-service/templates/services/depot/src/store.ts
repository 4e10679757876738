import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Call } from '@dure/contracts/binding/call';
import { commit, type Write } from '@dure/contracts/binding/commit';
import type { EventContract } from '@dure/contracts/contract';
import { type OutgoingEvent, publish } from '@dure/contracts/binding/outbox';
import type { Table } from '@dure/contracts/binding/table';
import { evolve, type SparePart, type SparePartChange } from './domain/spare-part.ts';
import { type SparePartEvent, sparePartEvents } from './domain/spare-part-events.ts';

/*
 * Key design. `version` counts the events of a spare part and is also the `sequence` of the last one.
 *
 * spare part: pk = SPARE_PART#<sparePartId>, sk = SPARE_PART; all of the spare part
 * change: pk = SPARE_PART#<sparePartId>, sk = CHANGE#<sequence, ten digits>; what the event of that number said
 */
const sparePartKey = (sparePartId: string) => ({ pk: `SPARE_PART#${sparePartId}`, sk: 'SPARE_PART' });
const changeKey = (sparePartId: string, sequence: number) => ({
  pk: `SPARE_PART#${sparePartId}`,
  sk: `CHANGE#${String(sequence).padStart(10, '0')}`,
});

/** Above any sequence that fits into ten digits. */
const NO_LIMIT = 9_999_999_999;

export interface Store {
  load(sparePartId: string): Promise<SparePart | undefined>;
  /** Saves and publishes what was decided upon `before`; answers the spare part after it. */
  save(call: Call, before: SparePart | undefined, events: readonly SparePartEvent[]): Promise<SparePart>;
  /** Stores a change under its sequence; storing it again changes nothing. */
  keepChange(call: Call, sparePartId: string, change: SparePartChange): Promise<void>;
  /** Newest first, those with a smaller number than `before`; `more` when others follow. */
  listChanges(sparePartId: string, page: { readonly before?: number; readonly limit: number }): Promise<ChangePage>;
}

export interface ChangePage {
  readonly changes: readonly SparePartChange[];
  readonly more: boolean;
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

    async keepChange(call, sparePartId, change) {
      await commit(table, call, {
        writes: [{ Put: { Item: { ...changeKey(sparePartId, change.sequence), ...change } } }],
      });
    },

    async listChanges(sparePartId, { before = NO_LIMIT, limit }) {
      const { pk, sk: last } = changeKey(sparePartId, before - 1);
      const { Items: items = [], LastEvaluatedKey: rest } = await client.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
          ExpressionAttributeValues: { ':pk': pk, ':first': changeKey(sparePartId, 0).sk, ':last': last },
          ScanIndexForward: false,
          Limit: limit,
        }),
      );
      return {
        changes: items.map((item) => withoutKeys(item) as unknown as SparePartChange),
        more: rest !== undefined,
      };
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
  const contract: EventContract = sparePartEvents[type];
  return publish(contract, data.sparePartId, sequence, data);
}

const toSparePart = (item: Record<string, unknown>): SparePart => withoutKeys(item) as unknown as SparePart;

/** Without what the last change published either, see `commit`. */
function withoutKeys({ pk: _, sk: __, outbox: ___, ...stored }: Record<string, unknown>): Record<string, unknown> {
  return stored;
}
