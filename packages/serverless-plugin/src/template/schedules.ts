import { logicalId } from '../names.ts';
import { queueArn, sentByRules } from '../queues.ts';
import type { Json, Resource } from '../types.ts';
import type { Template, TemplateContext } from './template.ts';

/** EventBridge's maximum of attempts, within the time for which Lambda keeps an event. */
const RETRY_POLICY = { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 185 };

/**
 * Keeps what a schedule could not deliver in the function's dead-letter queue. The framework creates the rules of
 * `schedule` and has no property for this.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
export function keepUndelivered(template: Template, { functions }: TemplateContext): void {
  for (const [name, config] of Object.entries(functions)) {
    const deadLetters = logicalId(name, 'DeadLetterQueue');
    const policy = template.Resources[`${deadLetters}Policy`];
    if (policy === undefined || !config.events?.some((event) => 'schedule' in event)) continue;
    const rules = schedulesOf(template, name);
    for (const id of rules) template.Resources[id] = withDeadLetters(template.Resources[id]!, deadLetters);
    template.Resources[`${deadLetters}Policy`] = allowing(policy, sentByRules(deadLetters, rules));
  }
}

/** By the framework's logical ids: `SweepEventsRuleSchedule1`, and `MyDashjobEventsRuleSchedule1` for `my-job`. */
function schedulesOf(template: Template, functionName: string): string[] {
  const name = functionName.replaceAll('-', 'Dash').replaceAll('_', 'Underscore');
  const pattern = new RegExp(`^${name.charAt(0).toUpperCase()}${name.slice(1)}EventsRuleSchedule\\d+$`);
  return Object.keys(template.Resources).filter((id) => pattern.test(id));
}

function withDeadLetters(rule: Resource, deadLetters: string): Resource {
  const targets = rule.Properties['Targets'] as readonly { readonly [key: string]: Json }[];
  const DeadLetterConfig = { Arn: queueArn(deadLetters) };
  const Targets = targets.map((target) => ({ ...target, DeadLetterConfig, RetryPolicy: RETRY_POLICY }));
  return { ...rule, Properties: { ...rule.Properties, Targets } };
}

function allowing(policy: Resource, statement: Json): Resource {
  const document = policy.Properties['PolicyDocument'] as { readonly Statement: readonly Json[] };
  const PolicyDocument = { ...document, Statement: [...document.Statement, statement] };
  return { ...policy, Properties: { ...policy.Properties, PolicyDocument } };
}
