import type { Value } from './metric-store.ts';

interface Directive {
  readonly Namespace?: unknown;
  readonly Dimensions?: readonly (readonly string[])[];
  readonly Metrics?: readonly { readonly Name?: string }[];
}

/**
 * The metrics in a log line of the Embedded Metric Format, as its fields; none for any other line.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function metricsIn(fields: Readonly<Record<string, unknown>>): Value[] {
  const { Timestamp, CloudWatchMetrics } = (fields['_aws'] ?? {}) as {
    Timestamp?: unknown;
    CloudWatchMetrics?: unknown;
  };
  if (!Array.isArray(CloudWatchMetrics) || typeof Timestamp !== 'number') return [];
  return (CloudWatchMetrics as Directive[]).flatMap((directive) => valuesOf(directive, fields, Timestamp));
}

function valuesOf(
  { Namespace: namespace, Dimensions: sets = [[]], Metrics: metrics = [] }: Directive,
  fields: Readonly<Record<string, unknown>>,
  at: number,
): Value[] {
  if (typeof namespace !== 'string') return [];
  return sets.flatMap((names) => {
    // A dimension without a value makes the whole set unknown, as CloudWatch has it.
    if (names.some((name) => typeof fields[name] !== 'string')) return [];
    const dimensions = Object.fromEntries(names.map((name) => [name, fields[name] as string]));
    return metrics.flatMap(({ Name: name = '' }) =>
      [fields[name]]
        .flat()
        .flatMap((value) => (typeof value === 'number' ? [{ namespace, name, dimensions, value, at }] : [])),
    );
  });
}
