import type { RuleDrift } from './bus-rules.ts';

/** What a stage runs beside what is recorded. */
export interface Drift {
  readonly service: string;
  readonly kind: 'unregistered' | 'different' | 'missing';
  /** Digest of the artefacts that run. */
  readonly deployed?: string;
  readonly registered?: Registered;
  /** Where the artefacts are those of the release, and its rules on the bus are not; or a rule that is nobody's. */
  readonly rules?: RuleDrift;
}

export interface Registered {
  readonly label: string;
  readonly digest: string;
}

/**
 * Where a stage runs something else than is recorded, by service.
 *
 * @param deployed digest of the artefacts that run, by service
 * @param registered the releases that are recorded as running, by service
 */
export function driftOf(
  deployed: ReadonlyMap<string, string>,
  registered: ReadonlyMap<string, readonly Registered[]>,
): Drift[] {
  const services = [...new Set([...deployed.keys(), ...registered.keys()])].sort();
  return services.flatMap((service): Drift[] => {
    const running = deployed.get(service);
    const recorded = registered.get(service) ?? [];
    const [newest] = recorded.slice(-1);
    if (running === undefined) return newest === undefined ? [] : [{ service, kind: 'missing', registered: newest }];
    if (newest === undefined) return [{ service, kind: 'unregistered', deployed: running }];
    if (recorded.some(({ digest }) => digest === running)) return [];
    return [{ service, kind: 'different', deployed: running, registered: newest }];
  });
}

/** In words: what differs, and what to do. */
export function explained({ service, kind, registered, rules }: Drift): { what: string; remedy: string } {
  const label = registered?.label ?? '';
  if (rules !== undefined) return explainedRules(service, label, rules);
  switch (kind) {
    case 'unregistered':
      return {
        what: `${service} runs, and no release of it is recorded as live.`,
        remedy: 'Register what runs and record its deployment, or remove it.',
      };
    case 'different':
      return {
        what: `${service} runs in other artefacts than ${label}, which is recorded as live.`,
        remedy: `Deploy ${service} ${label} again, or register and record what runs.`,
      };
    case 'missing':
      return {
        what: `${service} ${label} is recorded as live and does not run.`,
        remedy: `Deploy ${service}, or record that it was removed.`,
      };
    default:
      return kind satisfies never;
  }
}

function explainedRules(service: string, label: string, { missing, unknown }: RuleDrift) {
  if (label === '') {
    return {
      what: `The rule ${service} is on the bus, and is of no service that is recorded.`,
      remedy: 'Register who listens and record that it runs, or remove the rule.',
    };
  }
  const deaf = `${service} ${label} misses ${missing.join(', ')}: a rule is not on the bus, is switched off or has no target.`;
  const extra = `Rules on the bus bring to ${service} what ${label} does not require: ${unknown.join(', ')}.`;
  return {
    what: [...(missing.length > 0 ? [deaf] : []), ...(unknown.length > 0 ? [extra] : [])].join(' '),
    remedy: `Deploy ${service} again${unknown.length > 0 ? ', and remove rules that no deployment made' : ''}.`,
  };
}

/** Whether two findings are the same, so that it is reported once. */
export const sameDrift = (one: Drift, other: Drift): boolean =>
  one.kind === other.kind &&
  one.deployed === other.deployed &&
  one.registered?.label === other.registered?.label &&
  // A table gives the fields of a map back in any order.
  JSON.stringify(rulesIn(one)) === JSON.stringify(rulesIn(other));

const rulesIn = ({ rules }: Drift) => rules && [rules.missing, rules.unknown];
