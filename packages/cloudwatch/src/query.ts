import type { Query } from './alarm-definition.ts';
import { addBucket, emptyBucket, statisticOf } from './statistics.ts';
import type { Points } from './expression.ts';
import type { MetricStore } from './metric-store.ts';

/** Periods that follow one another, in milliseconds since 1970. */
export interface Periods {
  readonly from: number;
  readonly lengthMs: number;
  readonly count: number;
}

export const startsOf = ({ from, lengthMs, count }: Periods): number[] =>
  Array.from({ length: count }, (_, index) => from + index * lengthMs);

/**
 * The points of each query, by its id, over the periods. Expressions may refer to one another in any order.
 * @throws TypeError when an expression refers to itself, or to nothing
 */
export function pointsOf(store: MetricStore, queries: readonly Query[], periods: Periods): Record<string, Points> {
  const starts = startsOf(periods);
  const points: Record<string, Points> = {};
  let open = [...queries];
  while (open.length > 0) {
    const ready = open.filter((query) => !('expression' in query) || query.expression.ids.every((id) => id in points));
    if (ready.length === 0) throw new TypeError(`${open[0]!.id} refers to itself, or to an id that there is not.`);
    for (const query of ready) {
      points[query.id] =
        'expression' in query ? query.expression.evaluate(points, starts) : metricPoints(store, query, periods);
    }
    open = open.filter((query) => !(query.id in points));
  }
  return points;
}

function metricPoints(
  store: MetricStore,
  { metric, stat }: Extract<Query, { stat: string }>,
  { from, lengthMs, count }: Periods,
): Points {
  const merged = new Map<number, ReturnType<typeof emptyBucket>>();
  for (const [start, bucket] of store.read(metric, from, from + count * lengthMs)) {
    const period = from + Math.floor((start - from) / lengthMs) * lengthMs;
    const sum = merged.get(period) ?? emptyBucket();
    addBucket(sum, bucket);
    merged.set(period, sum);
  }
  return new Map([...merged].map(([start, bucket]) => [start, statisticOf(bucket, stat)]));
}
