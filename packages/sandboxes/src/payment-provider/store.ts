import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { inTransaction, openDatabase } from '@dure/local-cloud/shared/sqlite';

/** A stored payment intent. Amounts are minor units, times milliseconds since the epoch. */
export interface IntentRow {
  readonly id: string;
  readonly order_id: string;
  readonly amount: number;
  readonly currency: string;
  readonly payment_method: string;
  /** When the bank decides; before that the intent is `processing`. */
  readonly decided_at: number;
  readonly declined: string | null;
  readonly captured: number | null;
  readonly canceled_at: number | null;
  readonly refunded: number;
  readonly created: number;
}

export interface RefundRow {
  readonly id: string;
  readonly payment_intent: string;
  readonly amount: number;
  readonly metadata: string;
  readonly created: number;
}

/** The stored answer of an idempotency key. */
export interface KeptAnswer {
  readonly request: string;
  readonly status: number;
  readonly body: string;
  /** No request with the key is answered before this time. */
  readonly available_at: number;
}

/** What was really held, captured and refunded for one order. */
export interface OrderTotals {
  readonly order_id: string;
  readonly currency: string;
  /** The number of approved payment intents, and of those with a capture. */
  readonly authorisations: number;
  readonly captures: number;
  readonly held: number;
  readonly captured: number;
  readonly refunded: number;
}

/**
 * The last safeguard: no more is captured than authorised, or refunded than captured, even if the code above is wrong.
 */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS provider_intents (
    id TEXT PRIMARY KEY, order_id TEXT NOT NULL, amount INTEGER NOT NULL CHECK (amount >= 0), currency TEXT NOT NULL,
    payment_method TEXT NOT NULL, decided_at INTEGER NOT NULL, declined TEXT, captured INTEGER, canceled_at INTEGER,
    refunded INTEGER NOT NULL DEFAULT 0, created INTEGER NOT NULL,
    CHECK (captured IS NULL OR (canceled_at IS NULL AND declined IS NULL AND captured BETWEEN 0 AND amount)),
    CHECK (refunded BETWEEN 0 AND COALESCE(captured, 0))
  ) STRICT;
  CREATE INDEX IF NOT EXISTS provider_intents_by_order ON provider_intents (order_id);
  CREATE TABLE IF NOT EXISTS provider_refunds (
    id TEXT PRIMARY KEY, payment_intent TEXT NOT NULL, amount INTEGER NOT NULL, metadata TEXT NOT NULL,
    created INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS provider_refunds_by_intent ON provider_refunds (payment_intent);
  CREATE TABLE IF NOT EXISTS provider_keys (
    key TEXT PRIMARY KEY, request TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL,
    available_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS provider_attempts (key TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT;
`;

export type ProviderStore = ReturnType<typeof openStore>;

/** Opens the provider's state, in `payment_provider.db` of `dataDir`, or in memory without one. */
export function openStore(dataDir?: string) {
  if (dataDir !== undefined) mkdirSync(dataDir, { recursive: true });
  const database = openDatabase(dataDir === undefined ? ':memory:' : join(dataDir, 'payment_provider.db'));
  database.exec(SCHEMA);
  const all = <Row>(sql: string) => {
    const statement = database.prepare(sql);
    return (...values: (string | number | null)[]) => statement.all(...values) as unknown as Row[];
  };
  const one = <Row>(sql: string) => {
    const statement = database.prepare(sql);
    return (...values: (string | number | null)[]) => statement.get(...values) as unknown as Row | undefined;
  };
  const run = (sql: string) => {
    const statement = database.prepare(sql);
    return (...values: (string | number | null)[]) => void statement.run(...values);
  };
  return {
    /** Runs `work` in one transaction: what it wrote is on disk when this returns, and gone when it throws. */
    transaction: <Result>(work: () => Result): Result => inTransaction(database, work),
    close: () => database.close(),
    intent: one<IntentRow>('SELECT * FROM provider_intents WHERE id = ?'),
    intentsOfOrder: all<IntentRow>('SELECT * FROM provider_intents WHERE order_id = ? ORDER BY created, id'),
    addIntent: run(
      `INSERT INTO provider_intents (id, order_id, amount, currency, payment_method, decided_at, declined, created)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    setCaptured: run('UPDATE provider_intents SET captured = ? WHERE id = ?'),
    setCanceled: run('UPDATE provider_intents SET canceled_at = ? WHERE id = ?'),
    addRefunded: run('UPDATE provider_intents SET refunded = refunded + ? WHERE id = ?'),
    addRefund: run(
      'INSERT INTO provider_refunds (id, payment_intent, amount, metadata, created) VALUES (?, ?, ?, ?, ?)',
    ),
    refundsOfIntent: all<RefundRow>('SELECT * FROM provider_refunds WHERE payment_intent = ? ORDER BY created, id'),
    keptAnswer: one<KeptAnswer>('SELECT request, status, body, available_at FROM provider_keys WHERE key = ?'),
    keepAnswer: run('INSERT INTO provider_keys (key, request, status, body, available_at) VALUES (?, ?, ?, ?, ?)'),
    countAttempt: one<{ count: number }>(
      `INSERT INTO provider_attempts (key, count) VALUES (?, 1)
       ON CONFLICT (key) DO UPDATE SET count = count + 1 RETURNING count`,
    ),
    /** Takes the time, since some intents are decided as it passes, and the order, or null for all orders. */
    totals: all<OrderTotals>(`
      SELECT order_id, currency,
        SUM(declined IS NULL AND decided_at <= ?1) AS authorisations,
        SUM(captured IS NOT NULL) AS captures,
        SUM(IIF(declined IS NULL AND decided_at <= ?1 AND captured IS NULL AND canceled_at IS NULL, amount, 0)) AS held,
        SUM(COALESCE(captured, 0)) AS captured,
        SUM(refunded) AS refunded
      FROM provider_intents WHERE ?2 IS NULL OR order_id = ?2
      GROUP BY order_id, currency ORDER BY MIN(created), order_id`),
  };
}
