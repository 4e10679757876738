import type { DatabaseSync } from 'node:sqlite';
import { at, type Line, readPattern } from './filter-pattern.ts';
import type { Value } from './metric-store.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_MetricTransformation.html */
interface Transformation {
  readonly MetricName?: unknown;
  readonly MetricNamespace?: unknown;
  readonly MetricValue?: unknown;
  readonly Dimensions?: readonly { readonly Key: string; readonly Value: string }[];
  readonly DefaultValue?: unknown;
}

export interface MetricFilters {
  /**
   * Makes or replaces a filter of a log group, by the properties of `AWS::Logs::MetricFilter`.
   * @throws TypeError for a pattern or a transformation that is not carried out
   */
  put(name: string, properties: Fields): void;
  delete(logGroup: string, name: string): void;
  /** Deletes the filters of a log group, which goes. */
  deleteOf(logGroup: string): void;
  /** The metrics of a line of a log group. `instant`: milliseconds since 1970. */
  valuesOf(logGroup: string, line: Line, instant: number): Value[];
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS cloudwatch_metric_filters (
    log_group TEXT NOT NULL, name TEXT NOT NULL, properties TEXT NOT NULL, PRIMARY KEY (log_group, name)
  ) WITHOUT ROWID;
`;
const MAX_DIMENSIONS = 3;

type Measure = (line: Line, instant: number) => Value[];

/** The metric filters of log groups, in SQLite. */
export function openMetricFilters(database: DatabaseSync): MetricFilters {
  database.exec(SCHEMA);
  const upsert = database.prepare('INSERT OR REPLACE INTO cloudwatch_metric_filters VALUES (?, ?, ?)');
  const remove = database.prepare('DELETE FROM cloudwatch_metric_filters WHERE log_group = ? AND name = ?');
  const removeAll = database.prepare('DELETE FROM cloudwatch_metric_filters WHERE log_group = ?');
  const groups = new Map<string, Map<string, Measure>>();
  const know = (logGroup: string, name: string, properties: Fields): void => {
    const filters = groups.get(logGroup) ?? new Map<string, Measure>();
    groups.set(logGroup, filters.set(name, measureOf(properties)));
  };
  for (const row of database.prepare('SELECT * FROM cloudwatch_metric_filters').all()) {
    know(String(row['log_group']), String(row['name']), JSON.parse(String(row['properties'])) as Fields);
  }
  return {
    put(name, properties) {
      const logGroup = properties['LogGroupName'];
      if (typeof logGroup !== 'string') throw new TypeError('LogGroupName is missing.');
      know(logGroup, name, properties);
      upsert.run(logGroup, name, JSON.stringify(properties));
    },
    delete(logGroup, name) {
      groups.get(logGroup)?.delete(name);
      remove.run(logGroup, name);
    },
    deleteOf(logGroup) {
      groups.delete(logGroup);
      removeAll.run(logGroup);
    },
    valuesOf: (logGroup, line, instant) =>
      [...(groups.get(logGroup)?.values() ?? [])].flatMap((measure) => measure(line, instant)),
  };
}

function measureOf({ FilterPattern: pattern, MetricTransformations: transformations }: Fields): Measure {
  const matches = readPattern(String(pattern ?? ''));
  const [transformation, ...more] = [transformations].flat() as (Transformation | undefined)[];
  if (transformation === undefined || more.length > 0) throw new TypeError('A metric filter has one transformation.');
  const { MetricName: name, MetricNamespace: namespace, MetricValue: given, Dimensions: sets = [] } = transformation;
  if (typeof name !== 'string' || typeof namespace !== 'string' || given === undefined) {
    throw new TypeError('A transformation has MetricName, MetricNamespace and MetricValue.');
  }
  if (transformation.DefaultValue !== undefined) throw new TypeError('DefaultValue is not carried out here.');
  if (sets.length > MAX_DIMENSIONS) throw new TypeError(`A metric filter has at most ${MAX_DIMENSIONS} dimensions.`);
  const text = String(given);
  const fixed = numberOf(text);
  if (!text.startsWith('$') && fixed === undefined) {
    throw new TypeError(`MetricValue is a number or selects a field, as $.duration does, and is not ${text}.`);
  }
  return (line, instant) => {
    if (!matches(line)) return [];
    const value = fixed ?? numberOf(at(line.fields, text));
    if (value === undefined) return [];
    const dimensions = Object.fromEntries(
      sets.map(({ Key, Value: selector }) => [Key, textOf(at(line.fields, selector))]),
    );
    // A line without one of the dimensions has no metric.
    return Object.values(dimensions).includes('') ? [] : [{ namespace, name, dimensions, value, at: instant }];
  };
}

/** A number, or a text that is one, as access logs have them; undefined for anything else. */
function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
