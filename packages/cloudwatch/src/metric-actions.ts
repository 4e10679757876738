import { type Query, readDimensions, readQuery } from './alarm-definition.ts';
import { isStatistic } from './statistics.ts';
import type { MetricStore } from './metric-store.ts';
import { type Periods, pointsOf, startsOf } from './query.ts';
import {
  instant,
  invalid,
  list,
  optionalText,
  refuseUnknown,
  refusing,
  type Request,
  seconds,
  text,
} from './request.ts';

/** AWS's quotas. Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
const MAX_DATA = 1000;
const MAX_POINTS = 1440;
const PAGE = 500;

export type Action = (request: Request) => object;

/** PutMetricData, GetMetricData, GetMetricStatistics and ListMetrics. */
export function metricActions(store: MetricStore, minuteMs: number): Readonly<Record<string, Action>> {
  const periodsOf = (request: Request, periodSeconds: number): Periods => {
    const lengthMs = (periodSeconds / 60) * minuteMs;
    const from = Math.floor(instant(request, 'StartTime') / lengthMs) * lengthMs;
    const count = Math.ceil((instant(request, 'EndTime') - from) / lengthMs);
    if (count < 1) throw invalid('StartTime has to be before EndTime.');
    if (count > MAX_POINTS) throw invalid(`More than ${MAX_POINTS} datapoints are asked for.`);
    return { from, lengthMs, count };
  };

  return {
    PutMetricData(request) {
      refuseUnknown(request, ['Namespace', 'MetricData', 'StrictEntityValidation']);
      const namespace = text(request, 'Namespace');
      const data = list(request, 'MetricData');
      if (data.length > MAX_DATA) throw invalid(`MetricData has more than ${MAX_DATA} entries.`);
      const values = data.flatMap((datum) => refusing(() => valuesOf(namespace, datum)));
      for (const value of values) store.record(value);
      return {};
    },

    GetMetricData(request) {
      refuseUnknown(request, ['MetricDataQueries', 'StartTime', 'EndTime', 'ScanBy', 'MaxDatapoints', 'LabelOptions']);
      const asked = list(request, 'MetricDataQueries');
      const queries = asked.map((query) => refusing(() => readQuery(query)));
      const periods = periodsOf(request, onePeriod(queries));
      const points = refusing(() => pointsOf(store, queries, periods));
      const starts = startsOf(periods);
      if (request['ScanBy'] !== 'TimestampAscending') starts.reverse();
      const returned = asked.filter(({ ReturnData }) => ReturnData !== false);
      return {
        MetricDataResults: returned.map((query) => {
          const id = text(query, 'Id');
          const found = starts.filter((start) => points[id]?.has(start));
          return {
            Id: id,
            Label: optionalText(query, 'Label') ?? id,
            Timestamps: found.map(seconds),
            Values: found.map((start) => points[id]?.get(start)),
            StatusCode: 'Complete',
          };
        }),
        Messages: [],
      };
    },

    GetMetricStatistics(request) {
      const { Statistics = [], ExtendedStatistics = [], Period, ...rest } = request;
      refuseUnknown(rest, ['Namespace', 'MetricName', 'Dimensions', 'StartTime', 'EndTime', 'Unit']);
      const names = [Statistics, ExtendedStatistics].flat().map(String);
      const unknown = names.find((name) => !isStatistic(name));
      if (names.length === 0 || unknown !== undefined)
        throw invalid(`The statistic ${unknown ?? ''} is not supported.`);
      const metric = {
        namespace: text(request, 'Namespace'),
        name: text(request, 'MetricName'),
        dimensions: refusing(() => readDimensions(request['Dimensions'])),
      };
      const periods = periodsOf(request, wholeMinutes(Period));
      const points = names.map((stat) => pointsOf(store, [{ id: 'm', metric, stat, period: 60 }], periods)['m']!);
      const starts = startsOf(periods).filter((start) => points[0]?.has(start));
      return {
        Label: metric.name,
        Datapoints: starts.map((start) => {
          const values = names.map((name, index) => [name, points[index]?.get(start)] as const);
          const [simple, extended] = [false, true].map((percentile) =>
            values.filter(([name]) => name.startsWith('p') === percentile),
          );
          return {
            Timestamp: seconds(start),
            ...Object.fromEntries(simple ?? []),
            ...(extended?.length && { ExtendedStatistics: Object.fromEntries(extended) }),
          };
        }),
      };
    },

    ListMetrics(request) {
      refuseUnknown(request, ['Namespace', 'MetricName', 'Dimensions', 'NextToken']);
      const wanted = list(request, 'Dimensions');
      const matching = store.metrics().filter(
        ({ namespace, name, dimensions }) =>
          (request['Namespace'] ?? namespace) === namespace &&
          (request['MetricName'] ?? name) === name &&
          wanted.every(({ Name, Value }) => {
            const value = dimensions[String(Name)];
            return value !== undefined && (Value ?? value) === value;
          }),
      );
      const from = Number(optionalText(request, 'NextToken') ?? 0);
      return {
        Metrics: matching.slice(from, from + PAGE).map(({ namespace, name, dimensions }) => ({
          Namespace: namespace,
          MetricName: name,
          Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        })),
        ...(from + PAGE < matching.length && { NextToken: String(from + PAGE) }),
      };
    },
  };
}

function valuesOf(namespace: string, datum: Request) {
  refuseUnknown(datum, [
    'MetricName',
    'Dimensions',
    'Timestamp',
    'Value',
    'Values',
    'Counts',
    'Unit',
    'StorageResolution',
  ]);
  const { Value, Values, Counts } = datum as { Value?: unknown; Values?: unknown[]; Counts?: unknown[] };
  const values = Values ?? [Value];
  const counts = Counts ?? values.map(() => 1);
  if (values.length !== counts.length) throw new TypeError('Values and Counts have to be of the same length.');
  const metric = {
    namespace,
    name: text(datum, 'MetricName'),
    dimensions: readDimensions(datum['Dimensions']),
    ...(datum['Timestamp'] !== undefined && { at: instant(datum, 'Timestamp') }),
  };
  return values.map((value, index) => {
    const count = counts[index];
    if (typeof value !== 'number' || typeof count !== 'number') throw new TypeError('Value has to be a number.');
    return { ...metric, value, count };
  });
}

function onePeriod(queries: readonly Query[]): number {
  const periods = [...new Set(queries.flatMap((query) => ('period' in query ? [query.period] : [])))];
  if (periods.length > 1) throw invalid('Queries of different periods in one request are not supported locally.');
  return periods[0] ?? 60;
}

function wholeMinutes(period: unknown): number {
  if (typeof period === 'number' && period >= 60 && period % 60 === 0) return period;
  throw invalid(`The Period ${String(period)} is not supported locally: it has to be whole minutes.`);
}
