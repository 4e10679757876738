import { own } from '@dure/local-http/own-property';

/** What was measured of one metric in one minute. */
export interface Bucket {
  count: number;
  sum: number;
  low: number;
  high: number;
  /** Values by order of magnitude, for percentiles: number of the class → count. */
  readonly classes: Map<number, number>;
}

/** Each class is 2 % wider than the one before, so that a percentile is right to 1 %. */
const WIDTH = Math.log(1.02);
/** The class of what is zero or less, which latencies and ages never are. */
const NONE = -1_000_000;

export const emptyBucket = (): Bucket => ({ count: 0, sum: 0, low: Infinity, high: -Infinity, classes: new Map() });

/** Counts a value, `count` times. */
export function addValue(bucket: Bucket, value: number, count = 1): void {
  bucket.count += count;
  bucket.sum += value * count;
  bucket.low = Math.min(bucket.low, value);
  bucket.high = Math.max(bucket.high, value);
  const number = value > 0 ? Math.ceil(Math.log(value) / WIDTH) : NONE;
  bucket.classes.set(number, (bucket.classes.get(number) ?? 0) + count);
}

/** Adds another bucket to this one. */
export function addBucket(bucket: Bucket, other: Bucket): void {
  bucket.count += other.count;
  bucket.sum += other.sum;
  bucket.low = Math.min(bucket.low, other.low);
  bucket.high = Math.max(bucket.high, other.high);
  for (const [number, count] of other.classes) bucket.classes.set(number, (bucket.classes.get(number) ?? 0) + count);
}

const STATISTICS: Readonly<Record<string, (bucket: Bucket) => number>> = {
  SampleCount: ({ count }) => count,
  Sum: ({ sum }) => sum,
  Average: ({ sum, count }) => sum / count,
  Minimum: ({ low }) => low,
  Maximum: ({ high }) => high,
};
const PERCENTILE = /^p(\d{1,2}(?:\.\d+)?|100)$/;

export const isStatistic = (name: string): boolean => name in STATISTICS || PERCENTILE.test(name);

/**
 * A statistic of what was measured: `Sum`, `Average`, `Minimum`, `Maximum`, `SampleCount`, or a percentile, `p99`.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
 */
export function statisticOf(bucket: Bucket, name: string): number {
  const simple = own(STATISTICS, name);
  if (simple !== undefined) return simple(bucket);
  const percent = Number(PERCENTILE.exec(name)?.[1]);
  let below = 0;
  for (const [number, count] of [...bucket.classes].sort(([a], [b]) => a - b)) {
    below += count;
    if (below < (percent / 100) * bucket.count) continue;
    const middle = number === NONE ? bucket.low : Math.exp((number - 0.5) * WIDTH);
    return Math.min(bucket.high, Math.max(bucket.low, middle));
  }
  return bucket.high;
}
