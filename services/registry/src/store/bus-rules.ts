import {
  EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-eventbridge';
import { answerWithin } from '@dure/contracts/binding/deadline';
import type { BusRule } from '../domain/bus-rules.ts';

/** The rules of the stage's bus that have a pattern, but for those of AWS's own, such as an archive's. */
export type ReadRules = () => Promise<readonly BusRule[]>;

/** Rules whose targets are asked for at a time: AWS answers some tens of such requests in a second. */
const AT_ONCE = 5;

/**
 * Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListRules.html and
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListTargetsByRule.html
 */
export function openBusRules(busName: () => string): ReadRules {
  let client: EventBridgeClient | undefined;
  return async () => {
    client ??= new EventBridgeClient({ maxAttempts: 4, requestHandler: answerWithin(4_000) });
    const EventBusName = busName();
    const found = await listRules(client, EventBusName);
    const rules: BusRule[] = [];
    for (let start = 0; start < found.length; start += AT_ONCE) {
      const some = found.slice(start, start + AT_ONCE);
      rules.push(...(await Promise.all(some.map((rule) => withTargets(client!, EventBusName, rule)))));
    }
    return rules;
  };
}

async function listRules(client: EventBridgeClient, EventBusName: string): Promise<BusRule[]> {
  const found: BusRule[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new ListRulesCommand({ EventBusName, NextToken }));
    for (const { Name = '', EventPattern, State, ManagedBy } of page.Rules ?? []) {
      if (ManagedBy !== undefined || EventPattern === undefined) continue;
      found.push({ name: Name, pattern: JSON.parse(EventPattern) as BusRule['pattern'], isOn: State !== 'DISABLED' });
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found;
}

async function withTargets(client: EventBridgeClient, EventBusName: string, rule: BusRule): Promise<BusRule> {
  if (!rule.isOn) return rule;
  try {
    const command = new ListTargetsByRuleCommand({ EventBusName, Rule: rule.name, Limit: 1 });
    const { Targets = [] } = await client.send(command);
    return { ...rule, isOn: Targets.length > 0 };
  } catch (error) {
    // It was removed since it was listed.
    if (error instanceof ResourceNotFoundException) return { ...rule, isOn: false };
    throw error;
  }
}
