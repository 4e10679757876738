import { targetOf, textOf } from '../references.ts';
import type { Rule } from '../rule.ts';
import { at, ofType } from '../template.ts';
import type { Json, Template } from '../template.ts';

const FUNCTION = 'AWS::Lambda::Function';
const STATE_MACHINE = 'AWS::StepFunctions::StateMachine';

export const logRules: readonly Rule[] = [
  {
    id: 'log-retention',
    title: 'Log groups say how long they keep logs',
    why: 'A log group that does not say keeps, and costs, for ever.',
    source:
      'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html#SettingLogRetention',
    *check({ template }) {
      for (const { id, properties } of ofType(template, 'AWS::Logs::LogGroup')) {
        if (typeof properties['RetentionInDays'] === 'number') continue;
        yield { resource: id, path: 'Properties.RetentionInDays', right: 'A number of days.' };
      }
    },
  },
  {
    id: 'function-log-group',
    title: 'A function’s log group is in the template',
    why: 'Otherwise Lambda makes one that keeps logs for ever.',
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html',
    *check({ template }) {
      for (const { id, properties } of ofType(template, FUNCTION)) {
        const configured = at(properties, 'LoggingConfig', 'LogGroup');
        const name = textOf(template, configured) || `/aws/lambda/${textOf(template, properties['FunctionName'])}`;
        if (isLogGroup(template, configured) || logGroupNames(template).includes(name)) continue;
        yield { resource: id, path: 'Properties.LoggingConfig', right: `A log group "${name}" in the template.` };
      }
    },
  },
  {
    id: 'state-machine-logs',
    title: 'A state machine logs what fails',
    why: 'Its history is kept for 90 days and cannot be searched; errors belong with the other logs.',
    source: 'https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html',
    *check({ template }) {
      for (const { id, properties } of ofType(template, STATE_MACHINE)) {
        const logging = properties['LoggingConfiguration'];
        const group = at(logging, 'Destinations', 0, 'CloudWatchLogsLogGroup', 'LogGroupArn');
        const level = at(logging, 'Level');
        if (isLogGroup(template, group) && typeof level === 'string' && level !== 'OFF') continue;
        const right = 'Level: ERROR (or ALL, FATAL), with a log group of the template as destination.';
        yield { resource: id, path: 'Properties.LoggingConfiguration', right };
      }
    },
  },
  {
    id: 'function-tracing',
    title: 'Functions are traced',
    why: 'A trace must cover every hop.',
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html',
    *check({ template }) {
      for (const { id, properties } of ofType(template, FUNCTION)) {
        if (at(properties, 'TracingConfig', 'Mode') === 'Active') continue;
        yield { resource: id, path: 'Properties.TracingConfig.Mode', right: 'Active.' };
      }
    },
  },
  {
    id: 'state-machine-tracing',
    title: 'State machines are traced',
    why: 'A trace must cover every hop.',
    source: 'https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html',
    *check({ template }) {
      for (const { id, properties } of ofType(template, STATE_MACHINE)) {
        if (at(properties, 'TracingConfiguration', 'Enabled') === true) continue;
        yield { resource: id, path: 'Properties.TracingConfiguration.Enabled', right: 'true.' };
      }
    },
  },
];

/** Whether a value refers to a log group of the template. */
export function isLogGroup(template: Template, value: Json | undefined): boolean {
  const id = targetOf(template, value);
  return id !== undefined && template.Resources[id]?.Type === 'AWS::Logs::LogGroup';
}

function logGroupNames(template: Template): string[] {
  return ofType(template, 'AWS::Logs::LogGroup').map(({ properties }) => textOf(template, properties['LogGroupName']));
}
