import { actionsOf, identityStatements } from './policies.ts';
import { functionOf, targets } from './queues.ts';
import { targetOf, textOf } from './references.ts';
import { at, list } from './template.ts';
import type { Template } from './template.ts';

/** Logical ids of the functions that a rule or schedule runs by the clock. */
export function scheduledFunctions(template: Template): Set<string> {
  const byClock = targets(template).filter(({ entry }) => 'ScheduleExpression' in entry.properties);
  return new Set(byClock.flatMap(({ target }) => functionOf(template, at(target, 'Arn')) ?? []));
}

/** Whether a job in this template may receive from every dead-letter queue of the stage. */
export function collectsDeadLetters(template: Template, stage: string): boolean {
  const roles = [...scheduledFunctions(template)].map((id) =>
    targetOf(template, template.Resources[id]?.Properties?.['Role']),
  );
  return identityStatements(template).some(
    (policy) =>
      roles.includes(policy.entry.id) &&
      actionsOf(policy).includes('sqs:ReceiveMessage') &&
      list(policy.statement['Resource']).some((arn) => textOf(template, arn).endsWith(`:dure-${stage}-*-dlq`)),
  );
}
