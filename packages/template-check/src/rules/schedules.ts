import { actionsOf, identityStatements, isAllow, trustStatements } from '../policies.ts';
import { functionOf } from '../queues.ts';
import { targetOf, textOf } from '../references.ts';
import type { Rule } from '../rule.ts';
import { at, list, ofType } from '../template.ts';
import type { Json, Template } from '../template.ts';

const SCHEDULER = 'scheduler.amazonaws.com';
const PATH = 'Properties.Target.RoleArn';

/** EventBridge Scheduler does everything with the role that its schedule names. */
export const scheduleRules: readonly Rule[] = [
  {
    id: 'schedule-trust',
    title: 'EventBridge Scheduler may assume a schedule’s role',
    why: 'Otherwise it refuses the schedule when it is made; a function’s own role is for Lambda alone.',
    source: 'https://docs.aws.amazon.com/scheduler/latest/UserGuide/setting-up.html#setting-up-execution-role',
    *check({ template }) {
      for (const { id, properties } of ofType(template, 'AWS::Scheduler::Schedule')) {
        const role = targetOf(template, at(properties, 'Target', 'RoleArn'));
        const trusted = trustStatements(template).some(
          (policy) =>
            policy.entry.id === role &&
            isAllow(policy) &&
            actionsOf(policy).includes('sts:AssumeRole') &&
            list(at(policy.statement['Principal'], 'Service')).includes(SCHEDULER),
        );
        if (!trusted) yield { resource: id, path: PATH, right: `A role of the template that trusts ${SCHEDULER}.` };
      }
    },
  },
  {
    id: 'schedule-permission',
    title: 'A schedule’s role may call its function, and send what it cannot deliver',
    why: 'Otherwise the schedule exists, nothing is ever called, and nothing says so.',
    source: 'https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html',
    *check({ template }) {
      for (const { id, properties } of ofType(template, 'AWS::Scheduler::Schedule')) {
        const target = properties['Target'];
        const role = targetOf(template, at(target, 'RoleArn'));
        const invoked = at(target, 'Arn');
        const needed: [string, Json | undefined][] = [
          ['lambda:InvokeFunction', functionOf(template, invoked) === undefined ? undefined : invoked],
          ['sqs:SendMessage', at(target, 'DeadLetterConfig', 'Arn')],
        ];
        for (const [action, resource] of needed) {
          if (resource === undefined || mayDo(template, role, action, resource)) continue;
          const right = `${role ?? 'A role of the template'} allows ${action} on ${textOf(template, resource)}.`;
          yield { resource: id, path: PATH, right };
        }
      }
    },
  },
];

/** Whether a role allows an action on just this resource: a function's ARN is not its alias's. */
function mayDo(template: Template, role: string | undefined, action: string, resource: Json): boolean {
  const arn = textOf(template, resource);
  return identityStatements(template).some(
    (policy) =>
      policy.entry.id === role &&
      isAllow(policy) &&
      actionsOf(policy).includes(action) &&
      list(policy.statement['Resource']).some((it) => textOf(template, it) === arn),
  );
}
