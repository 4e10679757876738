import type { AwsJsonService } from '@dure/aws-protocols/aws-json';
import type { ActivePlan } from './active-plan.ts';

interface Output {
  readonly FailedEntryCount: number;
  readonly Entries: readonly object[];
}

const REFUSAL = { ErrorCode: 'ThrottlingException', ErrorMessage: 'Refused by fault injection.' };

/**
 * Refuses single entries of PutEvents, while the rest of the request goes through.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html
 */
export function refuseEntries(eventBridge: AwsJsonService, current: () => ActivePlan | undefined): AwsJsonService {
  return async (action, input, ...about) => {
    const active = current();
    const refuse = active?.plan.putEvents?.refuse ?? 0;
    const { Entries: entries } = input;
    if (active === undefined || refuse === 0 || action !== 'PutEvents' || !Array.isArray(entries)) {
      return eventBridge(action, input, ...about);
    }
    const refused = entries.map(() => active.chance('PutEvents', refuse));
    const passed = entries.filter((_, index) => !refused[index]);
    const output =
      passed.length === 0 ? nothing : ((await eventBridge(action, { ...input, Entries: passed }, ...about)) as Output);
    const results = output.Entries.values();
    for (const yes of refused) if (yes) active.count('PutEvents entry refused');
    return {
      FailedEntryCount: output.FailedEntryCount + refused.filter(Boolean).length,
      Entries: refused.map((yes) => (yes ? REFUSAL : results.next().value)),
    };
  };
}

const nothing: Output = { FailedEntryCount: 0, Entries: [] };
