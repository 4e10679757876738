import { logicalId } from '../names.ts';
import { queueArn, sendStatement, sentByRules } from '../queues.ts';
import { ConfigurationError } from '../types.ts';
import type { Json, Resource, Statement } from '../types.ts';
import type { Template, TemplateContext } from './template.ts';

/** EventBridge's maximum of attempts, within the time for which Lambda keeps an event. */
const RETRY_POLICY = { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 185 };

type Target = { readonly [key: string]: Json };

/**
 * Keeps what a schedule could not deliver in the function's dead-letter queue. The framework creates the rules of
 * `schedule` and has no property for this.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
export function keepUndelivered(template: Template, { functions }: TemplateContext): void {
  for (const [name, { events = [] }] of Object.entries(functions)) {
    const deadLetters = logicalId(name, 'DeadLetterQueue');
    const policy = template.Resources[`${deadLetters}Policy`];
    if (policy === undefined || !events.some((event) => 'schedule' in event)) continue;
    const rules = schedulesOf(template, name, 'EventsRuleSchedule');
    for (const id of rules) {
      const { Targets } = template.Resources[id]!.Properties as { readonly Targets: readonly Target[] };
      change(template, id, { Targets: Targets.map((target) => withDeadLetters(target, deadLetters)) });
    }
    for (const id of schedulesOf(template, name, 'SchedulerSchedule')) {
      change(template, id, { Target: withDeadLetters(targetOf(template, id), deadLetters) });
    }
    // EventBridge Scheduler sends with the schedule's role, and needs no policy of the queue.
    if (rules.length > 0) {
      template.Resources[`${deadLetters}Policy`] = allowing(policy, sentByRules(deadLetters, rules));
    }
  }
}

/**
 * Gives the schedules of EventBridge Scheduler a role of their own, one for each function, unless they name another.
 * The framework gives them the function's role, which Scheduler may not assume and which may not call the function.
 * Sources: https://docs.aws.amazon.com/scheduler/latest/UserGuide/setting-up.html#setting-up-execution-role
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
 * @throws ConfigurationError if the service has a resource with the logical id of the role
 */
export function giveSchedulesRoles(template: Template, { functions }: TemplateContext): void {
  for (const name of Object.keys(functions)) {
    const ofFunction = JSON.stringify({ 'Fn::GetAtt': [logicalId(name, 'Role'), 'Arn'] });
    const schedules = schedulesOf(template, name, 'SchedulerSchedule').filter(
      (id) => JSON.stringify(targetOf(template, id)['RoleArn']) === ofFunction,
    );
    const [first] = schedules;
    if (first === undefined) continue;
    const role = logicalId(name, 'ScheduleRole');
    if (role in template.Resources) {
      throw new ConfigurationError(
        `resources.Resources.${role}: this logical id is made for the service; choose another.`,
      );
    }
    const { Arn, DeadLetterConfig } = targetOf(template, first);
    template.Resources[role] = scheduleRole([
      { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: Arn! },
      ...(DeadLetterConfig === undefined ? [] : [sendStatement(logicalId(name, 'DeadLetterQueue'))]),
    ]);
    for (const id of schedules) {
      change(template, id, { Target: { ...targetOf(template, id), RoleArn: { 'Fn::GetAtt': [role, 'Arn'] } } });
    }
  }
}

/** Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html */
function scheduleRole(statements: readonly Statement[]): Resource {
  const Version = '2012-10-17';
  const trusted = {
    Effect: 'Allow',
    Principal: { Service: 'scheduler.amazonaws.com' },
    Action: 'sts:AssumeRole',
    Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
  };
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: { Version, Statement: [trusted] },
      Policies: [
        { PolicyName: 'schedule', PolicyDocument: { Version, Statement: statements.map((it) => ({ ...it })) } },
      ],
    },
  };
}

/**
 * By the framework's logical ids: `SweepEventsRuleSchedule1`, and `MyDashjobEventsRuleSchedule1` for `my-job`; with
 * `method: scheduler` `SweepSchedulerSchedule1`.
 */
function schedulesOf(template: Template, functionName: string, kind: string): string[] {
  const name = functionName.replaceAll('-', 'Dash').replaceAll('_', 'Underscore');
  const pattern = new RegExp(`^${name.charAt(0).toUpperCase()}${name.slice(1)}${kind}\\d+$`);
  return Object.keys(template.Resources).filter((id) => pattern.test(id));
}

const targetOf = (template: Template, schedule: string): Target =>
  template.Resources[schedule]!.Properties['Target'] as Target;

function change(template: Template, id: string, properties: Resource['Properties']): void {
  const resource = template.Resources[id]!;
  template.Resources[id] = { ...resource, Properties: { ...resource.Properties, ...properties } };
}

function withDeadLetters(target: Target, deadLetters: string): Target {
  return { ...target, DeadLetterConfig: { Arn: queueArn(deadLetters) }, RetryPolicy: RETRY_POLICY };
}

function allowing(policy: Resource, statement: Json): Resource {
  const document = policy.Properties['PolicyDocument'] as { readonly Statement: readonly Json[] };
  const PolicyDocument = { ...document, Statement: [...document.Statement, statement] };
  return { ...policy, Properties: { ...policy.Properties, PolicyDocument } };
}
