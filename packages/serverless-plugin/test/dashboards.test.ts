import { describe, expect, it } from '@jest/globals';
import type { FunctionConfig, Json, Resource } from '../src/types.ts';
import { expand, properties } from './fixture.ts';

interface Widget {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: { readonly title: string; readonly alarms?: string[]; readonly metrics?: Json[][] };
}

/** The body as CloudFormation will substitute it. */
function widgetsOf(dashboard: Resource | undefined): Widget[] {
  const { 'Fn::Sub': body } = properties(dashboard)['DashboardBody'] as { 'Fn::Sub': string };
  return (JSON.parse(body) as { widgets: Widget[] }).widgets;
}

const functions: Record<string, FunctionConfig> = {
  api: { endpoints: ['GetStock'], table: 'read' },
  commands: { consumes: ['ReserveStock.v1'] },
  relay: { relay: true },
};
const own = { Checkout: { Type: 'AWS::StepFunctions::StateMachine', Properties: {} } };

describe('a service’s dashboard', () => {
  const { resources } = expand(functions, { resources: own });
  const widgets = widgetsOf(resources['Dashboard']);
  const titled = (title: string) => widgets.find((widget) => widget.properties.title === title)?.properties.metrics;

  it('shows its alarms, API, functions, queues, table, state machines and business', () => {
    expect(properties(resources['Dashboard'])['DashboardName']).toBe('dure-test-stock');
    const alarms = Object.keys(resources).filter((id) => resources[id]?.Type === 'AWS::CloudWatch::Alarm');
    expect(widgets[0]?.properties.alarms).toEqual(alarms.map((id) => `\${${id}.Arn}`));
    expect(titled('Requests')?.[0]).toEqual(['AWS/ApiGateway', 'Count', 'ApiName', 'test-stock', 'Stage', 'test', {}]);
    expect(titled('Invocations')?.map(([, , , name]) => name)).toEqual([
      ...['stock-test-api', 'stock-test-commands', 'stock-test-relay'],
    ]);
    expect(titled('Behind the stream, ms')?.map(([, , , name]) => name)).toEqual(['stock-test-relay']);
    expect(titled('Messages waiting')?.map(([, , , name]) => name)).toContain('${CommandsQueue.QueueName}');
    expect(titled('Dead letters collected')?.map(([, , , name]) => name)).toEqual([
      ...['${CommandsDeadLetterQueue.QueueName}', '${CommandsRuleDeadLetterQueue.QueueName}'],
      '${RelayDeadLetterQueue.QueueName}',
    ]);
    expect(titled('Table: throttled')?.[0]).toEqual([
      'AWS/DynamoDB',
      'ReadThrottleEvents',
      'TableName',
      'dure-test-stock',
    ]);
    expect(titled('Executions of Checkout')?.map(([, , , arn]) => arn)).toEqual(Array(4).fill('${Checkout}'));
    expect(JSON.stringify(titled('Operations by outcome'))).toContain('service=\\"stock\\"');
  });

  it('refers only to what the template has', () => {
    const { 'Fn::Sub': body } = properties(resources['Dashboard'])['DashboardBody'] as { 'Fn::Sub': string };
    const names = [...body.matchAll(/\$\{([^}.]+)/g)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => name !== 'AWS::Region' && !(String(name) in { ...resources, ...own }))).toEqual([]);
  });

  it('lays out its widgets without gaps and overlaps', () => {
    const cells = widgets.flatMap(({ x, y, width, height }) =>
      Array.from({ length: width * height }, (_, cell) => `${x + (cell % width)},${y + Math.floor(cell / width)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(Math.max(...widgets.map(({ x, width }) => x + width))).toBe(24);
  });

  it('leaves out what the service does not have', () => {
    const bare = widgetsOf(expand({ it: {} }, { dure: { table: false } }).resources['Dashboard']);
    const titles = bare.map((widget) => widget.properties.title);
    expect(titles).toEqual([
      ...['Alarms of stock', 'Operations by outcome', 'Invocations', 'Errors and throttles'],
      ...['Duration p99, ms', 'Concurrent executions'],
    ]);
  });
});

describe('the dashboard of a stage', () => {
  it('is created by the configured service, and finds services by name', () => {
    const { resources } = expand({ it: {} }, { dure: { overview: true } });
    const dashboard = resources['OverviewDashboard'];
    expect(properties(dashboard)['DashboardName']).toBe('dure-test');
    const expressions = widgetsOf(dashboard).map(({ properties: { metrics } }) => metrics?.[0]?.[0]);
    expect(expressions).toContainEqual({
      ...{
        expression: `SEARCH('{AWS/SQS,QueueName} MetricName="NumberOfMessagesReceived" dure-test dlq', 'Sum', 300)`,
      },
      label: '',
    });
    for (const expression of expressions) {
      expect(JSON.stringify(expression)).toMatch(/^\{"expression":"SEARCH\('\{.+\} MetricName=.+', '\w+', 300\)"/);
    }
    expect(expand({ it: {} }).resources).not.toHaveProperty('OverviewDashboard');
  });
});
