import { textOf } from '../references.ts';
import type { Rule } from '../rule.ts';
import { at, list, number, ofType } from '../template.ts';
import type { Template } from '../template.ts';
import { alarms, watchedMetrics } from '../watched.ts';

const ALARM =
  'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html';
const ANCHOR = /README\.md#([\w-]+)\)?\.?$/;
const DESCRIPTION_LIMIT = 1024;
const HOUR = 3600;
const DAY = 24 * HOUR;

/** The period in seconds. */
const isPeriod = (seconds: number) => [10, 20, 30].includes(seconds) || (seconds > 0 && seconds % 60 === 0);

/** Dimensions whose value must be the name of a resource in the template: its type, and the property with the name. */
const OWN_DIMENSIONS: Readonly<Record<string, readonly [type: string, nameProperty: string]>> = {
  FunctionName: ['AWS::Lambda::Function', 'FunctionName'],
  QueueName: ['AWS::SQS::Queue', 'QueueName'],
  ApiName: ['AWS::ApiGateway::RestApi', 'Name'],
  TableName: ['AWS::DynamoDB::Table', 'TableName'],
};

export const alarmRules: readonly Rule[] = [
  {
    id: 'alarm-tells',
    title: 'Every alarm notifies the stage’s topic when it goes off and when it ends',
    why: 'An alarm without a topic goes unseen.',
    source: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions.html',
    *check({ template, stage }) {
      const shared = `{{resolve:ssm:/dure/${stage}/alerts/topic-arn}}`;
      for (const { id, properties } of alarms(template)) {
        for (const key of ['AlarmActions', 'OKActions']) {
          const actions = list(properties[key]);
          const arns = actions.map((action) => textOf(template, action));
          const notifies = arns.some((topic) => topic === shared || isTopic(template, topic));
          if (notifies) continue;
          yield { resource: id, path: `Properties.${key}`, right: `[${shared}], or the template's own topic.` };
        }
        if (properties['ActionsEnabled'] !== false) continue;
        yield { resource: id, path: 'Properties.ActionsEnabled', right: 'true.' };
      }
    },
  },
  {
    id: 'alarm-runbook',
    title: 'Every alarm’s description names its entry in the service’s runbook',
    why: 'The person on call needs to know what it means and what to do.',
    source: ALARM,
    *check({ template, service, facts }) {
      for (const { id, properties } of alarms(template)) {
        const description = textOf(template, properties['AlarmDescription']);
        const [, anchor = ''] = ANCHOR.exec(description) ?? [];
        if (facts.runbook.has(anchor) && description.length <= DESCRIPTION_LIMIT) continue;
        const right = `One sentence that ends with services/${service}/README.md#… of an existing heading.`;
        yield { resource: id, path: 'Properties.AlarmDescription', right };
      }
    },
  },
  {
    id: 'alarm-metric',
    title: 'Alarms watch metrics that exist',
    why: 'An alarm on a metric that is never reported never goes off.',
    source: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/aws-services-cloudwatch-metrics.html',
    *check({ template, facts }) {
      for (const { alarm, path, namespace, metric } of watchedMetrics(template)) {
        if (!namespace.startsWith('AWS/') || facts.spec.metrics(namespace).has(metric)) continue;
        yield { resource: alarm.id, path: `${path}.MetricName`, right: `A metric of ${namespace}.` };
      }
    },
  },
  {
    id: 'alarm-dimension',
    title: 'Alarms watch resources of their own template',
    why: 'An alarm on a missing resource never goes off.',
    source: ALARM,
    *check({ template }) {
      for (const { alarm, path, namespace, dimensions } of watchedMetrics(template)) {
        if (!namespace.startsWith('AWS/')) continue;
        for (const [dimension, value] of dimensions) {
          const [type, nameProperty] = OWN_DIMENSIONS[dimension] ?? [];
          if (type === undefined || nameProperty === undefined || isName(template, type, nameProperty, value)) continue;
          yield { resource: alarm.id, path: `${path}.Dimensions`, right: `${dimension}: the name of a ${type} here.` };
        }
      }
    },
  },
  {
    id: 'alarm-span',
    title: 'Alarms evaluate a day at most, or a week with periods of an hour, in whole minutes',
    why: 'CloudWatch rejects anything else.',
    source: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html',
    *check({ template }) {
      for (const { id, properties } of alarms(template)) {
        const stats = list(properties['Metrics']).flatMap((query) => at(query, 'MetricStat', 'Period') ?? []);
        const periods = [...list(properties['Period']), ...stats].map(number);
        const span = Math.max(...periods) * number(properties['EvaluationPeriods']);
        if (periods.every(isPeriod) && span <= (Math.min(...periods) < HOUR ? DAY : 7 * DAY)) continue;
        const right =
          'A Period of 10, 20, 30 or whole minutes; times EvaluationPeriods a day at most, by the hour a week.';
        yield { resource: id, path: 'Properties.Period', right };
      }
    },
  },
  {
    id: 'alarm-business',
    whole: true,
    title: 'Every service has an alarm on its business',
    why: 'Every function may succeed while no order completes.',
    source: 'https://docs.aws.amazon.com/wellarchitected/latest/serverless-applications-lens/metrics.html',
    *check({ template }) {
      if (watchedMetrics(template).some(({ namespace }) => namespace !== '' && !namespace.startsWith('AWS/'))) return;
      const right = 'An alarm on a metric of the service’s own namespace.';
      yield { resource: 'Template', path: 'Resources', right };
    },
  },
  {
    id: 'dashboard',
    whole: true,
    title: 'Every service has a dashboard, and its body is JSON with widgets',
    why: 'It is the first place to look after an alarm.',
    source: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html',
    *check({ template }) {
      const dashboards = ofType(template, 'AWS::CloudWatch::Dashboard');
      if (dashboards.length === 0) {
        yield { resource: 'Template', path: 'Resources', right: 'An AWS::CloudWatch::Dashboard.' };
      }
      for (const { id, properties } of dashboards) {
        if (widgetsOf(textOf(template, properties['DashboardBody'])).length > 0) continue;
        yield {
          resource: id,
          path: 'Properties.DashboardBody',
          right: 'JSON: { "widgets": [ … ] } with at least one.',
        };
      }
    },
  },
];

/** The widgets of a dashboard's body; none if it is not readable. */
export function widgetsOf(body: string): unknown[] {
  try {
    const { widgets } = JSON.parse(body) as { widgets?: unknown };
    return Array.isArray(widgets) ? widgets : [];
  } catch {
    return [];
  }
}

function isTopic(template: Template, text: string): boolean {
  return ofType(template, 'AWS::SNS::Topic').some(({ id }) => text === textOf(template, { Ref: id }));
}

function isName(template: Template, type: string, nameProperty: string, value: string): boolean {
  return ofType(template, type).some(({ id, properties }) => {
    const names = [properties[nameProperty], { Ref: id }, { 'Fn::GetAtt': [id, nameProperty] }];
    return names.some((name) => name !== undefined && textOf(template, name) === value);
  });
}
