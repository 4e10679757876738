import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Call } from '@dure/contracts/binding/call';
import { commit } from '@dure/contracts/binding/commit';
import { publish } from '@dure/contracts/binding/outbox';
import { isConditionFailure, type Table } from '@dure/contracts/binding/table';
import { MeshBreakerSet } from '@dure/contracts/control-plane';
import type { ByHand, Report } from '../domain/breaker.ts';

/*
 * Key design. There are as many of each as services, and as pairs of services that call each other.
 *
 * item     pk       sk                     attributes
 * by hand  BREAKER  <service>              revision, state, until, at, actor, why; carries its event
 * report   REPORT   <service>#<caller>     the report; expiresAt, a day after it was made
 */
const DAY_SECONDS = 86_400;

export interface BreakerStore {
  load(service: string): Promise<ByHand | undefined>;
  /** Makes it the newest, and publishes it. Throws `Conflict` when another came between. */
  save(call: Call, service: string, byHand: ByHand): Promise<void>;
  /** A later report replaces an earlier one of the same caller. */
  report(report: Report): Promise<void>;
  all(now: string): Promise<{ readonly byHand: ReadonlyMap<string, ByHand>; readonly reports: readonly Report[] }>;
}

export function createBreakerStore(table: Table): BreakerStore {
  const { client, name: TableName } = table;

  async function partition(pk: string): Promise<Record<string, unknown>[]> {
    const items: Record<string, unknown>[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': pk },
          ConsistentRead: true,
          ExclusiveStartKey: start,
        }),
      );
      items.push(...Items);
      start = LastEvaluatedKey;
    } while (start !== undefined);
    return items;
  }

  return {
    async load(service) {
      const Key = { pk: 'BREAKER', sk: service };
      const { Item: item } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
      return item && byHandIn(item);
    },

    async save(call, service, byHand) {
      const { revision, state, until } = byHand;
      const unchanged =
        revision === 1
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : { ConditionExpression: 'revision = :before', ExpressionAttributeValues: { ':before': revision - 1 } };
      const data = { service, revision, state, ...(until !== undefined && { until }) };
      await commit(table, call, {
        writes: [{ Put: { Item: { pk: 'BREAKER', sk: service, ...byHand }, ...unchanged } }],
        events: [publish(MeshBreakerSet, `breaker/${service}`, revision, data)],
      });
    },

    async report(report) {
      const { service, caller, openedAt } = report;
      try {
        await client.send(
          new PutCommand({
            TableName,
            Item: {
              ...{ pk: 'REPORT', sk: `${service}#${caller}`, ...report },
              expiresAt: Math.ceil(Date.parse(openedAt) / 1_000) + DAY_SECONDS,
            },
            ConditionExpression: 'attribute_not_exists(pk) OR openedAt < :at',
            ExpressionAttributeValues: { ':at': openedAt },
          }),
        );
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
      }
    },

    async all(now) {
      const [set, reported] = await Promise.all([partition('BREAKER'), partition('REPORT')]);
      const seconds = Date.parse(now) / 1_000;
      // DynamoDB takes its time to remove what has expired.
      const reports = reported.filter((item) => (item['expiresAt'] as number) > seconds).map(reportIn);
      return { byHand: new Map(set.map((item) => [item['sk'] as string, byHandIn(item)])), reports };
    },
  };
}

function byHandIn(item: Record<string, unknown>): ByHand {
  const { revision, state, until, at, actor, why } = item as unknown as ByHand;
  return { revision, state, at, actor, ...(until !== undefined && { until }), ...(why !== undefined && { why }) };
}

function reportIn(item: Record<string, unknown>): Report {
  const { caller, service, openedAt, openUntil, reporters } = item as unknown as Report;
  return { caller, service, openedAt, openUntil, reporters };
}
