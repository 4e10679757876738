import { describe, expect, it } from '@jest/globals';
import { transformTemplate } from '../src/template/index.ts';
import { giveSchedulesRoles, keepUndelivered } from '../src/template/schedules.ts';
import type { Template } from '../src/template/template.ts';
import type { FunctionConfig, Json, Resource } from '../src/types.ts';
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

const arnOf = (id: string): Json => ({ 'Fn::GetAtt': [id, 'Arn'] });

/** The same with `method: scheduler`: the framework names the function's role unless the service names one. */
function withSchedules(functions: Record<string, FunctionConfig>, ids: readonly string[], own?: Json): Template {
  const { resources } = expand(functions);
  const [role] = Object.keys(resources).filter((id) => resources[id]?.Type === 'AWS::IAM::Role');
  const schedule = (id: string) => ({
    Type: 'AWS::Scheduler::Schedule',
    Properties: {
      ScheduleExpression: 'cron(0 8 ? * MON-FRI *)',
      Target: { Arn: arnOf(`${id.replace(/SchedulerSchedule.*/, '')}LambdaFunction`), RoleArn: own ?? arnOf(role!) },
    },
  });
  return { Resources: { ...resources, ...Object.fromEntries(ids.map((id) => [id, schedule(id)])) } };
}

const allowedBy = ({ Properties }: Resource) =>
  (Properties['Policies'] as unknown as { PolicyDocument: { Statement: unknown[] } }[]).flatMap(
    ({ PolicyDocument }) => PolicyDocument.Statement,
  );

const context = (functions: Record<string, FunctionConfig>) => ({
  ...{ service: 'stock', stage: 'test', dure: {}, functions, logRetentionInDays: 30, contracts: '' },
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

  it('of EventBridge Scheduler is sent with the schedule’s own role, and the queue is open to no rule', () => {
    const functions = { 'my-job': scheduled };
    const template = withSchedules(functions, ['MyDashjobSchedulerSchedule1', 'MyDashjobSchedulerSchedule2']);
    const before = template.Resources['MyJobDeadLetterQueuePolicy'];
    transformTemplate(template, context(functions));
    expect(template.Resources['MyJobDeadLetterQueuePolicy']).toEqual(before);
    const [arn, queue] = [arnOf('MyDashjobLambdaFunction'), arnOf('MyJobDeadLetterQueue')];
    for (const id of ['MyDashjobSchedulerSchedule1', 'MyDashjobSchedulerSchedule2']) {
      expect(template.Resources[id]?.Properties).toEqual({
        ScheduleExpression: 'cron(0 8 ? * MON-FRI *)',
        Target: {
          Arn: arn,
          RoleArn: arnOf('MyJobScheduleRole'),
          DeadLetterConfig: { Arn: queue },
          RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 185 },
        },
      });
    }
    const role = template.Resources['MyJobScheduleRole']!;
    expect(role.Properties['AssumeRolePolicyDocument']).toMatchObject({
      Statement: [
        {
          ...{ Effect: 'Allow', Principal: { Service: 'scheduler.amazonaws.com' }, Action: 'sts:AssumeRole' },
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        },
      ],
    });
    expect(allowedBy(role)).toEqual([
      { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: arn },
      { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: queue },
    ]);
  });

  it('is not the role’s to send where the function has its own destination', () => {
    const functions = { job: { ...scheduled, destinations: { onFailure: 'other' } } };
    const template = withSchedules(functions, ['JobSchedulerSchedule1']);
    transformTemplate(template, context(functions));
    expect(allowedBy(template.Resources['JobScheduleRole']!)).toHaveLength(1);
  });

  it('is sent with the role that the service names, if it names one', () => {
    const functions = { job: scheduled };
    const template = withSchedules(functions, ['JobSchedulerSchedule1'], arnOf('OwnRole'));
    transformTemplate(template, context(functions));
    expect(template.Resources).not.toHaveProperty('JobScheduleRole');
    expect(template.Resources['JobSchedulerSchedule1']?.Properties['Target']).toMatchObject({
      RoleArn: arnOf('OwnRole'),
      DeadLetterConfig: { Arn: arnOf('JobDeadLetterQueue') },
    });
  });

  it('is refused where the service’s own resource has the role’s logical id', () => {
    const functions = { job: scheduled };
    const template = withSchedules(functions, ['JobSchedulerSchedule1']);
    template.Resources['JobScheduleRole'] = template.Resources['JobRole']!;
    expect(() => giveSchedulesRoles(template, context(functions))).toThrow(
      'resources.Resources.JobScheduleRole: this logical id is made for the service; choose another.',
    );
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
