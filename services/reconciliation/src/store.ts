import { GetCommand, PutCommand, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Call } from '@dure/contracts/binding/call';
import { commit, Conflict, type Write } from '@dure/contracts/binding/commit';
import { epochSeconds } from '@dure/contracts/binding/outbox';
import { readItems } from '@dure/contracts/binding/read-items';
import { queryShards, shardOf, shardsOf } from '@dure/contracts/binding/shards';
import { isConditionFailure, type Table } from '@dure/contracts/binding/table';
import { type Copy, emptyCopy } from './domain/copy.ts';
import { type Counts, countsOf, difference, sum } from './domain/counts.ts';
import type { Drift, DriftKind } from './domain/drift.ts';
import type { Judgement, OpenDrifts } from './domain/judge.ts';
import { commandsOf, eventsOfJudgement } from './messages.ts';

/*
 * Key design. `version` counts the changes of an order's item, `sequence` its published events.
 *
 * item   pk                sk            attributes
 * order  ORDER#<orderId>   ORDER         copy, drifts (the open ones), heardAt, correlationId, firstDay, counted
 * drift  DRIFT#<driftId>   DRIFT         drift, orderId, status, resolvedAt; for lookups and lists; kept 90 days once resolved
 * run    RUNS              <time>#<id>   the result of a run; kept 30 days
 * count  a shard of COUNTS  <day>, TOTAL  the sum of the counts of the judged orders
 *
 * index `due`: duePk = a shard of DUE, dueSk = <when to check it>#<orderId>, while there is something to check
 * index `byStatus`: statusPk = a shard of <status>, statusSk = <foundAt or resolvedAt>#<driftId>
 * index `byKind`: kindPk = a shard of <status>#<kind>, statusSk
 */
const orderKey = (orderId: string) => ({ pk: `ORDER#${orderId}`, sk: 'ORDER' });
const driftKey = (driftId: string) => ({ pk: `DRIFT#${driftId}`, sk: 'DRIFT' });
const COUNTS = 'COUNTS';

const DRIFT_DAYS = 90;
const RUN_DAYS = 30;
const DAY_SECONDS = 86_400;
export const TOTAL = 'TOTAL';

const DUE = { index: 'due', partition: 'DUE', pk: 'duePk', sk: 'dueSk' };
const BY_STATUS = { index: 'byStatus', pk: 'statusPk', sk: 'statusSk' };
const BY_KIND = { index: 'byKind', pk: 'kindPk', sk: 'statusSk' };
const kindOf = (status: DriftStatus, kind: DriftKind): string => `${status}#${kind}`;
const COUNTED_AT_ONCE = 500;
/** The keys of one BatchGetItem. */
const READ_AT_ONCE = 100;

/** An order as it is stored. */
export interface StoredOrder {
  readonly orderId: string;
  readonly copy: Copy;
  readonly drifts: OpenDrifts;
  /** When its last event arrived, and its correlation. */
  readonly heardAt: string;
  readonly correlationId: string;
  readonly firstDay: string;
  /** What it adds to the counts at present. */
  readonly counted: Counts;
  readonly due?: string;
  readonly version: number;
  readonly sequence: number;
}

export type DriftStatus = 'open' | 'resolved';

export interface StoredDrift {
  readonly orderId: string;
  readonly drift: Drift;
  readonly status: DriftStatus;
  readonly resolvedAt?: string;
}

export interface Run {
  readonly reconciliationId: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly judged: number;
  readonly found: number;
  readonly resolved: number;
  readonly repairs: number;
  readonly failed: number;
  readonly more: boolean;
  readonly open: number;
  readonly needsPerson: number;
  readonly counts: Counts;
}

interface Page {
  readonly after?: string;
  readonly limit: number;
}

export interface Store {
  load(orderId: string): Promise<StoredOrder | undefined>;
  /** The orders that exist, by id. */
  loadAll(orderIds: readonly string[]): Promise<Map<string, StoredOrder>>;
  /**
   * Saves what events changed. Needs no marker and no transaction: the copy contains the sequences of the applied events,
   * which reveal a repetition. @throws Conflict when others saved first
   */
  saveCopy(order: StoredOrder): Promise<void>;
  /** Saves a judgement with its events and commands, and updates the counts. @throws Conflict when others saved first */
  saveJudgement(call: Call, order: StoredOrder, judgement: Judgement): Promise<void>;
  /** Orders to check before `now`, the longest due first; `after` continues where the last page ended. */
  listDue(now: string, page: Page): Promise<{ orderIds: string[]; end?: string }>;
  loadDrift(driftId: string): Promise<StoredDrift | undefined>;
  /** Newest first; `end` is set while more may follow. */
  listDrifts(
    wanted: { status: DriftStatus; kind?: DriftKind },
    page: Page,
  ): Promise<{ drifts: StoredDrift[]; end?: string }>;
  /** How many drifts are open, and how many of them need a person. */
  countOpen(): Promise<{ open: number; needsPerson: number }>;
  saveRun(call: Call, run: Run): Promise<void>;
  listRuns(page: Page): Promise<{ runs: Run[]; end?: string }>;
  /** The sum of the counts of all judged orders, or of those whose first event arrived on a day. */
  loadCounts(day: string): Promise<Counts>;
}

/** An order whose first event has just arrived. */
export const newOrder = (
  orderId: string,
  { time, correlationId }: Pick<Call, 'time' | 'correlationId'>,
): StoredOrder => ({
  ...{ orderId, copy: emptyCopy, drifts: {}, heardAt: time, correlationId, firstDay: time.slice(0, 10), counted: {} },
  ...{ version: 0, sequence: 0 },
});

export function createStore(table: Table): Store {
  const { client, name: TableName } = table;
  const get = async (Key: Record<string, string>) =>
    (await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item;
  const query = async (input: Omit<QueryCommandInput, 'TableName'>) => {
    const { Items: items = [], LastEvaluatedKey: last } = await client.send(new QueryCommand({ TableName, ...input }));
    return { items, more: last !== undefined, last };
  };

  return {
    async load(orderId) {
      const item = await get(orderKey(orderId));
      return item && toOrder(item);
    },

    async loadAll(orderIds) {
      const orders = new Map<string, StoredOrder>();
      for (let start = 0; start < orderIds.length; start += READ_AT_ONCE) {
        const keys = orderIds.slice(start, start + READ_AT_ONCE).map(orderKey);
        const items = await readItems(table, keys, { consistent: true });
        for (const order of items.map(toOrder)) orders.set(order.orderId, order);
      }
      return orders;
    },

    async saveCopy(order) {
      try {
        await client.send(new PutCommand({ TableName, ...orderPut(order) }));
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
        throw new Conflict(`Order ${order.orderId} was changed meanwhile.`, { cause: error });
      }
    },

    async saveJudgement(call, order, judgement) {
      const { found, changed, resolved, drifts, due } = judgement;
      const counted = countsOf(order.copy);
      const change = difference(order.counted, counted);
      const events = eventsOfJudgement(order, judgement);
      const after = { ...order, drifts, due, counted, sequence: order.sequence + events.length };
      await commit(table, call, {
        writes: [
          { Put: orderPut(after) },
          ...[...found, ...changed].map((drift) => putDrift({ orderId: order.orderId, drift, status: 'open' })),
          ...resolved.map((drift) =>
            putDrift({ orderId: order.orderId, drift, status: 'resolved', resolvedAt: call.time }),
          ),
          ...[TOTAL, order.firstDay].flatMap((sk) => addCounts({ pk: shardOf(COUNTS, order.orderId), sk }, change)),
        ],
        events,
        commands: commandsOf(order.orderId, judgement.repairs),
      });
    },

    async listDue(now, page) {
      const { items, end } = await queryShards(table, { ...DUE, to: now, ...page });
      return { orderIds: items.map((it) => String(it['orderId'])), end };
    },

    async loadDrift(driftId) {
      const item = await get(driftKey(driftId));
      return item && toDrift(item);
    },

    async listDrifts({ status, kind }, page) {
      const list =
        kind === undefined ? { ...BY_STATUS, partition: status } : { ...BY_KIND, partition: kindOf(status, kind) };
      const { items, end } = await queryShards(table, { ...list, newestFirst: true, ...page });
      return { drifts: items.map(toDrift), end };
    },

    async countOpen() {
      const counts = { open: 0, needsPerson: 0 };
      let after: string | undefined;
      do {
        const { items, end } = await queryShards(table, {
          ...BY_STATUS,
          partition: 'open',
          after,
          limit: COUNTED_AT_ONCE,
        });
        counts.open += items.length;
        counts.needsPerson += items.map(toDrift).filter(({ drift }) => drift.needsPerson).length;
        after = end;
      } while (after !== undefined);
      return counts;
    },

    async saveRun(call, run) {
      const sk = `${run.startedAt}#${run.reconciliationId}`;
      const expiresAt = epochSeconds(run.finishedAt) + RUN_DAYS * DAY_SECONDS;
      await commit(table, call, { writes: [{ Put: { Item: { pk: 'RUNS', sk, run, expiresAt } } }] });
    },

    async listRuns({ after, limit }) {
      const { items, more } = await query({
        KeyConditionExpression: 'pk = :runs AND sk < :before',
        ExpressionAttributeValues: { ':runs': 'RUNS', ':before': after ?? BEHIND },
        ScanIndexForward: false,
        Limit: limit,
      });
      return { runs: items.map((it) => it['run'] as Run), end: more ? String(items.at(-1)?.['sk']) : undefined };
    },

    async loadCounts(day) {
      const keys = shardsOf(COUNTS).map((pk) => ({ pk, sk: day }));
      const items = await readItems(table, keys, { consistent: true });
      return items.map(({ pk: _, sk: __, ...counts }) => counts as Counts).reduce(sum, {});
    },
  };
}

/** Sorts after every instant. */
const BEHIND = '~';

function orderPut({ due, version, ...order }: StoredOrder) {
  return {
    Item: {
      ...orderKey(order.orderId),
      ...order,
      version: version + 1,
      duePk: due && shardOf(DUE.partition, order.orderId),
      dueSk: due && `${due}#${order.orderId}`,
    },
    ...(version === 0
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : { ConditionExpression: 'version = :seen', ExpressionAttributeValues: { ':seen': version } }),
  };
}

function putDrift({ orderId, drift, status, resolvedAt }: StoredDrift): Write {
  return {
    Put: {
      Item: {
        ...driftKey(drift.driftId),
        ...{ orderId, drift, status, resolvedAt },
        statusPk: shardOf(status, drift.driftId),
        kindPk: shardOf(kindOf(status, drift.kind), drift.driftId),
        statusSk: `${resolvedAt ?? drift.foundAt}#${drift.driftId}`,
        expiresAt: resolvedAt && epochSeconds(resolvedAt) + DRIFT_DAYS * DAY_SECONDS,
      },
    },
  };
}

function addCounts(Key: { readonly pk: string; readonly sk: string }, change: Counts): Write[] {
  const entries = Object.entries(change);
  if (entries.length === 0) return [];
  return [
    {
      Update: {
        Key,
        UpdateExpression: `ADD ${entries.map((_, index) => `#n${index} :n${index}`).join(', ')}`,
        ExpressionAttributeNames: Object.fromEntries(entries.map(([key], index) => [`#n${index}`, key])),
        ExpressionAttributeValues: Object.fromEntries(entries.map(([, count], index) => [`:n${index}`, count])),
      },
    },
  ];
}

function toOrder(item: Record<string, unknown>): StoredOrder {
  const { orderId, copy, drifts, heardAt, correlationId, firstDay, counted, dueSk, version, sequence } =
    item as unknown as StoredOrder & { readonly dueSk?: string };
  const due = dueSk?.split('#')[0];
  return { orderId, copy, drifts, heardAt, correlationId, firstDay, counted, due, version, sequence };
}

function toDrift(item: Record<string, unknown>): StoredDrift {
  const { orderId, drift, status, resolvedAt } = item as unknown as StoredDrift;
  return { orderId, drift, status, resolvedAt };
}
