import type { Json, Resource } from '../types.ts';

/** One line of a graph: `[namespace, metric, dimension, value, …, options]`, or the result of a search expression. */
export type Line = readonly Json[];

export interface Widget {
  readonly type: 'metric' | 'alarm';
  readonly height: number;
  readonly properties: { readonly [key: string]: Json };
}

const COLUMNS = 3;
const WIDTH = 24 / COLUMNS;
const HEIGHT = 6;
const PERIOD = 300;

/** A graph of lines over time, each with its own `stat` or this one. */
export function graph(title: string, stat: string, lines: readonly Line[]): Widget {
  const metrics = lines.map((line): Json => line);
  const properties = { title, stat, period: PERIOD, region: '${AWS::Region}', view: 'timeSeries', metrics };
  return { type: 'metric', height: HEIGHT, properties };
}

/**
 * A line for each metric that a search finds, including later ones.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html
 * @param search metric schema and terms: `{AWS/SQS,QueueName} MetricName="…" dure-dev dlq`
 */
export function found(search: string, stat: string): Line {
  return [{ expression: `SEARCH('${search}', '${stat}', ${PERIOD})`, label: '' }];
}

/**
 * A dashboard with graphs in three columns; an alarm widget takes a whole row.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
export function dashboard(name: string, widgets: readonly Widget[]): Resource {
  const body = { widgets: placed(widgets), periodOverride: 'inherit' };
  return {
    Type: 'AWS::CloudWatch::Dashboard',
    Properties: { DashboardName: name, DashboardBody: { 'Fn::Sub': JSON.stringify(body) } },
  };
}

function placed(widgets: readonly Widget[]): Json[] {
  let [x, y] = [0, 0];
  return widgets.map(({ type, height, properties }) => {
    const width = type === 'metric' ? WIDTH : 24;
    if (x + width > 24) [x, y] = [0, y + HEIGHT];
    const at = { type, x, y, width, height, properties };
    if (width < 24) x += width;
    else [x, y] = [0, y + height];
    return at;
  });
}
