import { describe, expect, it } from '@jest/globals';
import { transformTemplate } from '../src/template/index.ts';
import { keepUndelivered } from '../src/template/schedules.ts';
import type { Template } from '../src/template/template.ts';
import type { FunctionConfig } from '../src/types.ts';
import { expand } from './fixture.ts';

const scheduled: FunctionConfig = { events: [{ schedule: 'rate(1 minute)' }] };
const rule = (name: string) => ({
  Type: 'AWS::Events::Rule',
  Properties: {
    ScheduleExpression: 'rate(1 minute)',
    Targets: [{ Arn: { 'Fn::GetAtt': [`${name}LambdaFunction`, 'Arn'] }, Id: 'x' }],
  },
});

/** The template of the functions, with the framework's rules. */
function compiled(functions: Record<string, FunctionConfig>, rules: readonly string[]): Template {
  const made = Object.fromEntries(rules.map((id) => [id, rule(id.replace(/EventsRule.*/, ''))]));
  return { Resources: { ...expand(functions).resources, ...made } };
}

const context = (functions: Record<string, FunctionConfig>) => ({
  ...{ service: 'stock', stage: 'test', dure: {}, functions, logRetentionInDays: 30 },
});

describe('what a schedule cannot deliver', () => {
  it.each([
    ['sweep', 'Sweep', 'SweepDeadLetterQueue'],
    ['my-job', 'MyDashjob', 'MyJobDeadLetterQueue'],
  ])('to %s is kept in its dead-letter queue, which its rules alone may send to', (name, normal, queue) => {
    const functions = { [name]: scheduled };
    const rules = [`${normal}EventsRuleSchedule1`, `${normal}EventsRuleSchedule2`];
    const template = compiled(functions, rules);
    keepUndelivered(template, context(functions));
    for (const id of rules) {
      expect(template.Resources[id]?.Properties['Targets']).toEqual([
        expect.objectContaining({
          Id: 'x',
          DeadLetterConfig: { Arn: { 'Fn::GetAtt': [queue, 'Arn'] } },
          RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 185 },
        }),
      ]);
    }
    const document = template.Resources[`${queue}Policy`]?.Properties['PolicyDocument'] as { Statement: object[] };
    expect(document.Statement).toHaveLength(2);
    expect(document.Statement[1]).toMatchObject({
      ...{ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sqs:SendMessage' },
      Condition: { ArnEquals: { 'aws:SourceArn': rules.map((id) => ({ 'Fn::GetAtt': [id, 'Arn'] })) } },
    });
  });

  it('is left alone where the rules are another function’s', () => {
    const functions = { sweep: scheduled, other: {} };
    const template = compiled(functions, ['OtherEventsRuleSchedule1']);
    keepUndelivered(template, context(functions));
    expect(template.Resources['OtherEventsRuleSchedule1']).toEqual(rule('Other'));
  });

  it('is kept in every packaged template', () => {
    const functions = { sweep: scheduled };
    const template = compiled(functions, ['SweepEventsRuleSchedule1']);
    transformTemplate(template, context(functions));
    expect(JSON.stringify(template.Resources['SweepEventsRuleSchedule1'])).toContain('DeadLetterConfig');
  });
});
