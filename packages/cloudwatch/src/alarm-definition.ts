import { isStatistic } from './statistics.ts';
import { type Expression, readExpression } from './expression.ts';
import { notMeasured } from './known-metrics.ts';
import type { Metric } from './metric-store.ts';

const OPERATORS = [
  'GreaterThanThreshold',
  'GreaterThanOrEqualToThreshold',
  'LessThanThreshold',
  'LessThanOrEqualToThreshold',
] as const;
export type ComparisonOperator = (typeof OPERATORS)[number];

const TREATMENTS = ['missing', 'notBreaching', 'breaching', 'ignore'] as const;

/** One query of an alarm: a statistic of a metric, or an expression over the others. */
export type Query =
  | { readonly id: string; readonly metric: Metric; readonly stat: string; readonly period: number }
  | { readonly id: string; readonly expression: Expression };

/** An alarm as it is evaluated. `properties` are as in the request, for DescribeAlarms. */
export interface AlarmDefinition {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly ActionsEnabled: boolean;
  readonly actions: Readonly<Record<'ALARM' | 'OK' | 'INSUFFICIENT_DATA', readonly string[]>>;
  readonly ComparisonOperator: ComparisonOperator;
  readonly Threshold: number;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm: number;
  readonly TreatMissingData: (typeof TREATMENTS)[number];
  /** Seconds. */
  readonly period: number;
  readonly queries: readonly Query[];
  /** The query that is compared with the threshold. */
  readonly watched: string;
  readonly properties: Fields;
}

export type Fields = Readonly<Record<string, unknown>>;

export const ALARM_PROPERTIES = [
  'AlarmName',
  'AlarmDescription',
  'ActionsEnabled',
  'AlarmActions',
  'OKActions',
  'InsufficientDataActions',
  'ComparisonOperator',
  'DatapointsToAlarm',
  'Dimensions',
  'EvaluationPeriods',
  'ExtendedStatistic',
  'MetricName',
  'Metrics',
  'Namespace',
  'Period',
  'Statistic',
  'Threshold',
  'TreatMissingData',
];

const MINUTE = 60;
const DAY = 86_400;
const TOPIC = /^arn:aws:sns:/;

/**
 * Reads an alarm as CloudFormation and PutMetricAlarm have it.
 * @throws TypeError that says what is wrong, or not supported here
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html
 */
export function readAlarm(properties: Fields): AlarmDefinition {
  const unknown = Object.keys(properties).find((name) => !ALARM_PROPERTIES.includes(name));
  if (unknown !== undefined) throw new TypeError(`${unknown} is not supported locally.`);
  const { queries, watched } = readQueries(properties);
  const periods = new Set(queries.flatMap((query) => ('period' in query ? [query.period] : [])));
  const [period = MINUTE] = periods;
  if (periods.size > 1) throw new TypeError('Metrics of different periods in one alarm are not supported locally.');
  const EvaluationPeriods = whole(properties, 'EvaluationPeriods');
  if (EvaluationPeriods * period > DAY) throw new TypeError('EvaluationPeriods times Period is longer than a day.');
  const DatapointsToAlarm =
    properties['DatapointsToAlarm'] === undefined ? EvaluationPeriods : whole(properties, 'DatapointsToAlarm');
  if (DatapointsToAlarm > EvaluationPeriods) throw new TypeError('DatapointsToAlarm is more than EvaluationPeriods.');
  return {
    AlarmName: text(properties, 'AlarmName'),
    AlarmDescription: properties['AlarmDescription'] === undefined ? '' : text(properties, 'AlarmDescription'),
    ActionsEnabled: String(properties['ActionsEnabled'] ?? true) === 'true',
    actions: {
      ALARM: topics(properties, 'AlarmActions'),
      OK: topics(properties, 'OKActions'),
      INSUFFICIENT_DATA: topics(properties, 'InsufficientDataActions'),
    },
    ComparisonOperator: oneOf(properties, 'ComparisonOperator', OPERATORS),
    Threshold: number(properties, 'Threshold'),
    EvaluationPeriods,
    DatapointsToAlarm,
    TreatMissingData: oneOf({ TreatMissingData: 'missing', ...properties }, 'TreatMissingData', TREATMENTS),
    period,
    queries,
    watched,
    properties,
  };
}

function readQueries(properties: Fields): Pick<AlarmDefinition, 'queries' | 'watched'> {
  const metrics = properties['Metrics'];
  if (metrics === undefined) {
    return { queries: [{ id: 'm1', ...readStat(properties, properties, 'MetricName') }], watched: 'm1' };
  }
  if (!Array.isArray(metrics) || metrics.length === 0) throw new TypeError('Metrics has to be a list.');
  const queries = (metrics as Fields[]).map(readQuery);
  const returned = (metrics as Fields[]).filter(({ ReturnData }) => String(ReturnData ?? true) === 'true');
  if (returned.length !== 1) throw new TypeError('One of the Metrics, and one only, has ReturnData: true.');
  const ids = queries.map(({ id }) => id);
  const missing = queries
    .flatMap((query) => ('expression' in query ? query.expression.ids : []))
    .find((id) => !ids.includes(id));
  if (missing !== undefined) throw new TypeError(`An expression refers to ${missing}, which is none of the Metrics.`);
  return { queries, watched: text(returned[0]!, 'Id') };
}

/** One of `Metrics`, or of GetMetricData's `MetricDataQueries`. */
export function readQuery(query: Fields): Query {
  const id = text(query, 'Id');
  if (query['Expression'] !== undefined) return { id, expression: readExpression(text(query, 'Expression')) };
  const stat = query['MetricStat'] as Fields | undefined;
  if (stat === undefined) throw new TypeError(`${id} has neither an Expression nor a MetricStat.`);
  const { Namespace, MetricName, Dimensions } = (stat['Metric'] ?? {}) as Fields;
  return {
    id,
    ...readStat(
      { ...stat, Namespace, MetricName, Dimensions, Statistic: stat['Stat'] },
      { Namespace, MetricName },
      'MetricName',
    ),
  };
}

function readStat(properties: Fields, named: Fields, field: string): { metric: Metric; stat: string; period: number } {
  const metric = {
    namespace: text(named, 'Namespace'),
    name: text(named, field),
    dimensions: readDimensions(properties['Dimensions']),
  };
  const refused = notMeasured(metric.namespace, metric.name, metric.dimensions);
  if (refused !== undefined) throw new TypeError(`${refused}.`);
  const stat = properties['Statistic'] ?? properties['ExtendedStatistic'];
  if (typeof stat !== 'string' || !isStatistic(stat))
    throw new TypeError(`The statistic ${String(stat)} is not supported locally.`);
  const period = whole(properties, 'Period');
  if (period % MINUTE !== 0)
    throw new TypeError(`A Period of ${period} is not supported locally: it has to be whole minutes.`);
  return { metric, stat, period };
}

/** `[{ Name, Value }]` */
export function readDimensions(given: unknown): Record<string, string> {
  if (given === undefined) return {};
  if (!Array.isArray(given)) throw new TypeError('Dimensions has to be a list.');
  return Object.fromEntries((given as Fields[]).map((it) => [text(it, 'Name'), text(it, 'Value')]));
}

function topics(properties: Fields, name: string): readonly string[] {
  const given = properties[name] ?? [];
  if (!Array.isArray(given)) throw new TypeError(`${name} has to be a list.`);
  const other = given.find((arn) => typeof arn !== 'string' || !TOPIC.test(arn)) as unknown;
  if (other === undefined) return given as string[];
  throw new TypeError(`${name}: ${JSON.stringify(other)} is not supported locally: an action has to be an SNS topic.`);
}

function text(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string' || value === '') throw new TypeError(`${name} has to be a text.`);
  return value;
}

/** CloudFormation passes numbers as text as well. */
function number(fields: Fields, name: string): number {
  const value = fields[name];
  const read = typeof value === 'number' || (typeof value === 'string' && value !== '') ? Number(value) : NaN;
  if (!Number.isFinite(read)) throw new TypeError(`${name} has to be a number.`);
  return read;
}

function whole(fields: Fields, name: string): number {
  const value = number(fields, name);
  if (!Number.isInteger(value) || value < 1) throw new TypeError(`${name} has to be a whole number from 1.`);
  return value;
}

function oneOf<const Known extends string>(fields: Fields, name: string, known: readonly Known[]): Known {
  const found = known.find((it) => it === fields[name]);
  if (found === undefined)
    throw new TypeError(`${name} ${String(fields[name])} is not supported; there are ${known.join(', ')}.`);
  return found;
}
