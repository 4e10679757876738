import { setTimeout as delay } from 'node:timers/promises';
import type { DatabaseSync } from 'node:sqlite';
import type { AwsJsonRequest } from '@dure/aws-protocols/aws-json-client';
import type { CloudLog } from '../../shared/types.ts';

const INTERVAL_MS = 60_000;
const PAGE = 500;
/** What expired longer ago stays, as on AWS. */
const LONGEST_AGO_SECONDS = 5 * 365 * 24 * 60 * 60;

type Item = Readonly<Record<string, unknown>>;

interface Table {
  readonly name: string;
  readonly attribute: string;
  readonly keys: readonly string[];
}

interface Page {
  readonly Items?: readonly Item[];
  readonly LastEvaluatedKey?: Item;
}

/**
 * Makes the emulator's stream records of items that are about to be deleted by their time to live say so. A client that
 * deletes the same item in the same moment is taken for the time to live.
 */
export function markExpired(database: DatabaseSync): void {
  database.exec(
    `CREATE TABLE IF NOT EXISTS _expiring (table_name TEXT NOT NULL, keys_json TEXT NOT NULL);
     DROP TRIGGER IF EXISTS _expired_by_service;
     CREATE TRIGGER _expired_by_service AFTER INSERT ON _stream_records
     WHEN NEW.event_name = 'REMOVE' AND EXISTS (
       SELECT 1 FROM _expiring AS e WHERE e.table_name = NEW.table_name AND NOT EXISTS (
         SELECT key, value FROM json_each(e.keys_json) EXCEPT SELECT key, value FROM json_each(NEW.keys_json)))
     BEGIN
       UPDATE _stream_records SET user_identity = '{"type":"Service","principalId":"dynamodb.amazonaws.com"}'
         WHERE id = NEW.id;
     END`,
  );
}

/**
 * Deletes what has outlived its time to live, in all tables, one item after the other.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html
 * @param nowMs milliseconds since 1970
 */
export async function expireItems(request: AwsJsonRequest, database: DatabaseSync, nowMs = Date.now()): Promise<void> {
  for (const table of tablesWithTimeToLive(database)) {
    let ExclusiveStartKey: Item | undefined;
    do {
      const page = (await request('Scan', {
        TableName: table.name,
        Limit: PAGE,
        ProjectionExpression: table.keys.map((_key, index) => `#k${index}`).join(','),
        ...expiredAt(table, nowMs, 'FilterExpression'),
        ...(ExclusiveStartKey && { ExclusiveStartKey }),
      })) as Page;
      for (const Key of page.Items ?? []) await expire(request, database, table, Key, nowMs);
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined);
  }
}

/** Does this every minute, until it is stopped. Only what goes wrong is said. */
export function startExpiring(
  request: AwsJsonRequest,
  database: DatabaseSync,
  log: CloudLog,
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  async function run(): Promise<void> {
    for (;;) {
      await delay(INTERVAL_MS, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      await expireItems(request, database).catch((error: unknown) => {
        if (!stopping.signal.aborted)
          log('warn', 'Items cannot be deleted by their time to live', { reason: String(error) });
      });
    }
  }
  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

async function expire(
  request: AwsJsonRequest,
  database: DatabaseSync,
  table: Table,
  Key: Item,
  nowMs: number,
): Promise<void> {
  database.prepare('INSERT INTO _expiring VALUES (?, ?)').run(table.name, JSON.stringify(Key));
  try {
    const condition = expiredAt({ ...table, keys: [] }, nowMs, 'ConditionExpression');
    await request('DeleteItem', { TableName: table.name, Key, ...condition });
  } catch (error) {
    // It was given more time, or deleted, since it was read.
    if ((error as Error).name !== 'ConditionalCheckFailedException') throw error;
  } finally {
    database.exec('DELETE FROM _expiring');
  }
}

function expiredAt({ attribute, keys }: Table, nowMs: number, expression: string): object {
  const seconds = Math.floor(nowMs / 1000);
  return {
    [expression]: '#t < :now AND #t > :longest',
    ExpressionAttributeNames: Object.fromEntries([['#t', attribute], ...keys.map((key, index) => [`#k${index}`, key])]),
    ExpressionAttributeValues: {
      ':now': { N: String(seconds) },
      ':longest': { N: String(seconds - LONGEST_AGO_SECONDS) },
    },
  };
}

function tablesWithTimeToLive(database: DatabaseSync): Table[] {
  const rows = database
    .prepare(
      'SELECT table_name, ttl_attribute, key_schema FROM _tables WHERE ttl_enabled = 1 AND ttl_attribute IS NOT NULL',
    )
    .all();
  return rows.map((row) => ({
    name: String(row['table_name']),
    attribute: String(row['ttl_attribute']),
    keys: (JSON.parse(String(row['key_schema'])) as { AttributeName: string }[]).map(
      ({ AttributeName }) => AttributeName,
    ),
  }));
}
