import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { inTransaction, openDatabase } from '@dure/local-cloud/shared/sqlite';

export type ParcelStatus = 'labelled' | 'dispatched' | 'delivered' | 'returned' | 'lost' | 'voided';

/** A stored parcel; `step` counts the steps of its story. Times are milliseconds since the epoch. */
export interface ParcelRow {
  readonly tracking_number: string;
  readonly shipment_id: string;
  readonly status: ParcelStatus;
  readonly story: string;
  readonly step: number;
  readonly next_at: number | null;
}

/** A webhook to send. */
export interface WebhookRow {
  readonly id: string;
  readonly body: string;
  readonly due_at: number;
  readonly attempts: number;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS carrier_parcels (
    tracking_number TEXT PRIMARY KEY, shipment_id TEXT NOT NULL UNIQUE, status TEXT NOT NULL, story TEXT NOT NULL,
    step INTEGER NOT NULL DEFAULT 0, next_at INTEGER
  ) STRICT;
  CREATE INDEX IF NOT EXISTS carrier_parcels_next ON carrier_parcels (next_at) WHERE next_at IS NOT NULL;
  CREATE TABLE IF NOT EXISTS carrier_webhooks (
    id TEXT PRIMARY KEY, body TEXT NOT NULL, due_at INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX IF NOT EXISTS carrier_webhooks_due ON carrier_webhooks (due_at);
  CREATE TABLE IF NOT EXISTS carrier_target (id INTEGER PRIMARY KEY CHECK (id = 1), url TEXT NOT NULL, secret TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS carrier_requests (shipment_id TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT;
`;

export type CarrierStore = ReturnType<typeof openStore>;

/** Opens the carrier's state, in `carrier.db` of `dataDir`, or in memory without one. */
export function openStore(dataDir?: string) {
  if (dataDir !== undefined) mkdirSync(dataDir, { recursive: true });
  const database = openDatabase(dataDir === undefined ? ':memory:' : join(dataDir, 'carrier.db'));
  database.exec(SCHEMA);
  type Value = string | number | null;
  const all = <Row>(sql: string) => {
    const statement = database.prepare(sql);
    return (...values: Value[]) => statement.all(...values) as unknown as Row[];
  };
  const one = <Row>(sql: string) => {
    const statement = database.prepare(sql);
    return (...values: Value[]) => statement.get(...values) as unknown as Row | undefined;
  };
  const run = (sql: string) => {
    const statement = database.prepare(sql);
    return (...values: Value[]) => void statement.run(...values);
  };
  return {
    /** Runs `work` in one transaction: what it wrote is on disk when this returns, and gone when it throws. */
    transaction: <Result>(work: () => Result): Result => inTransaction(database, work),
    close: () => database.close(),
    parcel: one<ParcelRow>('SELECT * FROM carrier_parcels WHERE tracking_number = ?'),
    parcelOfShipment: one<ParcelRow>('SELECT * FROM carrier_parcels WHERE shipment_id = ?'),
    parcelsAfter: all<ParcelRow>(
      'SELECT * FROM carrier_parcels WHERE tracking_number > ? ORDER BY tracking_number LIMIT 100',
    ),
    addParcel: run(
      `INSERT INTO carrier_parcels (tracking_number, shipment_id, status, story, next_at)
       VALUES (?, ?, 'labelled', ?, ?)`,
    ),
    count: one<{ count: number }>('SELECT COUNT(*) AS count FROM carrier_parcels'),
    moveParcel: run('UPDATE carrier_parcels SET status = ?, step = ?, next_at = ? WHERE tracking_number = ?'),
    dueParcels: all<ParcelRow>('SELECT * FROM carrier_parcels WHERE next_at <= ? ORDER BY next_at LIMIT 100'),
    addWebhook: run('INSERT INTO carrier_webhooks (id, body, due_at) VALUES (?, ?, ?)'),
    dueWebhooks: all<WebhookRow>('SELECT * FROM carrier_webhooks WHERE due_at <= ? ORDER BY due_at LIMIT 20'),
    putOffWebhook: run('UPDATE carrier_webhooks SET due_at = ?, attempts = attempts + 1 WHERE id = ?'),
    endWebhook: run('DELETE FROM carrier_webhooks WHERE id = ?'),
    nextAt: one<{ at: number | null }>(
      `SELECT MIN(at) AS at FROM (SELECT MIN(next_at) AS at FROM carrier_parcels UNION ALL
       SELECT MIN(due_at) AS at FROM carrier_webhooks)`,
    ),
    target: one<{ url: string; secret: string }>('SELECT url, secret FROM carrier_target'),
    setTarget: run(
      'INSERT INTO carrier_target (id, url, secret) VALUES (1, ?1, ?2) ON CONFLICT (id) DO UPDATE SET url = ?1, secret = ?2',
    ),
    countRequest: one<{ count: number }>(
      `INSERT INTO carrier_requests (shipment_id, count) VALUES (?, 1)
       ON CONFLICT (shipment_id) DO UPDATE SET count = count + 1 RETURNING count`,
    ),
  };
}
