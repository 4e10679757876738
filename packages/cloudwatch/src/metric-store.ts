import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { Log } from './log.ts';
import { addBucket, addValue, type Bucket, emptyBucket } from './statistics.ts';

/** By name. */
export type Dimensions = Readonly<Record<string, string>>;

/** What is measured, and of what. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Dimensions;
}

export interface Value extends Metric {
  readonly value: number;
  /** How often; 1 by default. */
  readonly count?: number;
  /** Milliseconds since 1970; now by default. */
  readonly at?: number;
}

export interface MetricStore {
  /** Counts a value; what is older than a day is passed over. */
  record(value: Value): void;
  /** What was measured from an instant to another, by the start of each bucket. */
  read(metric: Metric, from: number, to: number): Map<number, Bucket>;
  metrics(): Metric[];
  /** Writes what was counted. */
  flush(): void;
}

interface StoreOptions {
  readonly database: DatabaseSync;
  /** A minute, in milliseconds. */
  readonly bucketMs: number;
  readonly now: () => number;
  readonly log: Log;
}

const KEPT_BUCKETS = 24 * 60;
const TRIM_EVERY = 30;
/** A dimension with a value for every order would fill the disk: what comes after so many metrics is not kept. */
const MAX_SERIES = 5_000;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS cloudwatch_series (
    id INTEGER PRIMARY KEY, namespace TEXT NOT NULL, name TEXT NOT NULL, dimensions TEXT NOT NULL,
    UNIQUE (namespace, name, dimensions)
  );
  CREATE TABLE IF NOT EXISTS cloudwatch_buckets (
    series INTEGER NOT NULL, start INTEGER NOT NULL, count REAL NOT NULL, sum REAL NOT NULL, low REAL NOT NULL,
    high REAL NOT NULL, classes TEXT NOT NULL, PRIMARY KEY (series, start)
  ) WITHOUT ROWID;
`;

interface Row {
  readonly start: number;
  readonly count: number;
  readonly sum: number;
  readonly low: number;
  readonly high: number;
  readonly classes: string;
}

interface Series {
  readonly metric: Metric;
  /** Undefined until it is written for the first time. */
  id: number | undefined;
  readonly pending: Map<number, Bucket>;
}

/**
 * Metrics in buckets of a minute, for a day. They are counted in memory and written by `flush`, so that a measurement
 * costs a microsecond; a killed process loses the seconds since the last.
 */
export function openMetricStore({ database, bucketMs, now, log }: StoreOptions): MetricStore {
  database.exec(SCHEMA);
  const insertSeries = database.prepare('INSERT INTO cloudwatch_series (namespace, name, dimensions) VALUES (?, ?, ?)');
  const selectSeries = database.prepare('SELECT * FROM cloudwatch_series');
  const selectOne = database.prepare('SELECT * FROM cloudwatch_buckets WHERE series = ? AND start = ?');
  const selectRange = database.prepare(
    'SELECT * FROM cloudwatch_buckets WHERE series = ? AND start >= ? AND start < ? ORDER BY start',
  );
  const upsert = database.prepare('INSERT OR REPLACE INTO cloudwatch_buckets VALUES (?, ?, ?, ?, ?, ?, ?)');
  const trim = database.prepare('DELETE FROM cloudwatch_buckets WHERE series = ? AND start < ?');
  const known = new Map<string, Series>();
  for (const row of selectSeries.all()) {
    const metric = metricOf(row);
    known.set(keyOf(metric), { metric, id: Number(row['id']), pending: new Map() });
  }
  const oldest = (): number => now() - KEPT_BUCKETS * bucketMs;
  let flushes = 0;
  let full = false;

  function seriesOf(metric: Metric): Series | undefined {
    const key = keyOf(metric);
    const found = known.get(key);
    if (found !== undefined) return found;
    if (known.size >= MAX_SERIES) {
      if (!full) log('warn', `There are ${MAX_SERIES} metrics, and this one is not kept.`, { ...metric });
      full = true;
      return undefined;
    }
    const { namespace, name, dimensions } = metric;
    const series = { metric: { namespace, name, dimensions }, id: undefined, pending: new Map() };
    known.set(key, series);
    return series;
  }

  function write(id: number, start: number, bucket: Bucket): void {
    const before = selectOne.get(id, start) as unknown as Row | undefined;
    if (before !== undefined) addBucket(bucket, bucketOf(before));
    const { count, sum, low, high, classes } = bucket;
    upsert.run(id, start, count, sum, low, high, JSON.stringify([...classes]));
  }

  function insert({ namespace, name, dimensions }: Metric): number {
    return Number(insertSeries.run(namespace, name, JSON.stringify(sorted(dimensions))).lastInsertRowid);
  }

  function flush(): void {
    flushes += 1;
    database.exec('SAVEPOINT cloudwatch');
    try {
      for (const series of known.values()) writeSeries(series);
    } finally {
      database.exec('RELEASE cloudwatch');
    }
  }

  function writeSeries(series: Series): void {
    if (series.pending.size > 0) series.id ??= insert(series.metric);
    if (series.id === undefined) return;
    for (const [start, bucket] of series.pending) {
      series.pending.delete(start);
      write(series.id, start, bucket);
    }
    if (flushes % TRIM_EVERY === 0) trim.run(series.id, oldest());
  }

  return {
    record(measured) {
      const { at = now(), value, count } = measured;
      const series = at < oldest() || !Number.isFinite(value) ? undefined : seriesOf(measured);
      if (series === undefined) return;
      const start = Math.floor(at / bucketMs) * bucketMs;
      let bucket = series.pending.get(start);
      if (bucket === undefined) series.pending.set(start, (bucket = emptyBucket()));
      addValue(bucket, value, count);
    },
    read(metric, from, to) {
      const series = known.get(keyOf(metric));
      if (series === undefined) return new Map();
      if (series.pending.size > 0) flush();
      if (series.id === undefined) return new Map();
      const rows = selectRange.all(series.id, from, to) as unknown as Row[];
      return new Map(rows.map((row) => [row.start, bucketOf(row)]));
    },
    metrics: () => [...known.values()].map(({ metric }) => metric),
    flush,
  };
}

/** Identifies a metric. It is made for each counted value, so it is fast rather than readable. */
function keyOf({ namespace, name, dimensions }: Metric): string {
  const names = Object.keys(dimensions);
  if (names.length > 1) names.sort();
  let key = `${namespace}\n${name}`;
  for (const dimension of names) key += `\n${dimension}\n${dimensions[dimension]}`;
  return key;
}

const sorted = (dimensions: Dimensions) => Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1));

const metricOf = (row: Record<string, SQLOutputValue>): Metric => ({
  namespace: String(row['namespace']),
  name: String(row['name']),
  dimensions: Object.fromEntries(JSON.parse(String(row['dimensions'])) as [string, string][]),
});

const bucketOf = ({ count, sum, low, high, classes }: Row): Bucket => ({
  ...{ count, sum, low, high },
  classes: new Map(JSON.parse(classes) as [number, number][]),
});
