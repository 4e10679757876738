import { textOf } from './references.ts';
import { at, list, ofType } from './template.ts';
import type { Entry, Json, Template } from './template.ts';

/** A metric that an alarm watches, directly or in an expression. */
export interface Watched {
  readonly alarm: Entry;
  /** From the resource on. */
  readonly path: string;
  readonly namespace: string;
  readonly metric: string;
  readonly statistic: string;
  /** Dimension's name → value as text. */
  readonly dimensions: ReadonlyMap<string, string>;
}

export function alarms(template: Template): Entry[] {
  return ofType(template, 'AWS::CloudWatch::Alarm');
}

/** Every metric that the template's alarms watch. */
export function watchedMetrics(template: Template): Watched[] {
  return alarms(template).flatMap((alarm) => {
    const { properties } = alarm;
    const metrics = list(properties['Metrics']).flatMap((query, index) => {
      const stat = at(query, 'MetricStat');
      const path = `Properties.Metrics[${index}].MetricStat`;
      return stat === undefined ? [] : [watched(template, alarm, path, at(stat, 'Metric'), at(stat, 'Stat'))];
    });
    if (properties['MetricName'] === undefined) return metrics;
    const statistic = properties['ExtendedStatistic'] ?? properties['Statistic'];
    return [...metrics, watched(template, alarm, 'Properties', properties, statistic)];
  });
}

/** Whether an alarm watches the metric with this dimension value. */
export function isWatched(
  all: readonly Watched[],
  namespace: string,
  metric: string,
  dimension: readonly [string, string],
): boolean {
  const [name, value] = dimension;
  return all.some((it) => it.namespace === namespace && it.metric === metric && it.dimensions.get(name) === value);
}

function watched(
  template: Template,
  alarm: Entry,
  path: string,
  metric: Json | undefined,
  statistic: Json | undefined,
): Watched {
  const dimensions = list(at(metric, 'Dimensions')).map((dimension): [string, string] => [
    textOf(template, at(dimension, 'Name')),
    textOf(template, at(dimension, 'Value')),
  ]);
  return {
    ...{ alarm, path },
    namespace: textOf(template, at(metric, 'Namespace')),
    metric: textOf(template, at(metric, 'MetricName')),
    statistic: textOf(template, statistic),
    dimensions: new Map(dimensions),
  };
}
