import { type Deprecation, nameOf, type Party, type Provided, type Reason, type Release } from './release.ts';
import type { Consumer, Provider } from './world.ts';

export const partyOf = ({ service, label, owner }: Release): Party => ({ service, label, owner });

const text = ({ service, label, owner }: Party): string => `${service} ${label} (${owner})`;

/** A change that breaks the consumer, or a field that it takes as optional and the provider lacks. */
export function ofChange(
  { release: consumer, required }: Consumer,
  { release: provider, state }: Provider,
  change: { readonly at: string; readonly what: string; readonly breaking: boolean },
  released: Release,
): Reason {
  const [user, owner] = [partyOf(consumer), partyOf(provider)];
  const place = change.at === '' ? 'The contract' : change.at;
  return {
    code: change.breaking ? `breaks-${required.use}` : 'field-missing',
    contract: nameOf(required),
    ...(change.at === '' ? {} : { at: change.at }),
    consumer: user,
    provider: owner,
    what: `${place} ${change.what} in ${text(owner)}; ${text(user)} ${required.use} it.`,
    remedy: remedyOf(change, { consumer, provider, draining: state === 'draining', released }),
  };
}

interface Sides {
  readonly consumer: Release;
  readonly provider: Release;
  readonly draining: boolean;
  readonly released: Release;
}

function remedyOf({ at, breaking }: { at: string; breaking: boolean }, sides: Sides): string {
  const { consumer, provider, draining, released } = sides;
  const field = at === '' ? 'the contract' : at;
  if (!breaking) return `Nothing has to be done: ${consumer.service} works without ${field}.`;
  if (released.service === provider.service && released.label === provider.label) {
    return (
      `Keep ${field} as it was and offer the change as a new major beside it, or ask ${consumer.owner} to release ` +
      `${consumer.service} without it first.`
    );
  }
  if (draining) {
    return `Let ${consumer.service} bear messages of ${provider.label}, or wait until they have drained.`;
  }
  return (
    `Ask ${provider.owner} to deploy a ${provider.service} that fits first, or build ${consumer.service} against ` +
    `${provider.service} ${provider.label}.`
  );
}

/** Nobody in the stage provides what is required, or a version that answers does not. */
export function ofAbsence({ release: consumer, required }: Consumer, lacking: Release | undefined): Reason {
  const contract = nameOf(required);
  const waits = required.use === 'reads';
  const user = partyOf(consumer);
  const provides =
    lacking === undefined ? 'Nobody in the stage provides' : `${text(partyOf(lacking))} does not provide`;
  return {
    code: waits ? 'no-provider-yet' : 'no-provider',
    contract,
    consumer: user,
    ...(lacking === undefined ? {} : { provider: partyOf(lacking) }),
    what: `${provides} ${contract}, which ${text(user)} ${required.use}.`,
    remedy: waits
      ? `Nothing has to be done: ${consumer.service} waits for the first event.`
      : `Deploy a release of ${contract.split('/')[0]!} that provides ${contract} first.`,
  };
}

/** What is provided today would be gone, and somebody requires it. */
export function ofRemoval(
  { release: consumer, required }: Consumer,
  released: Release,
  deprecation: Deprecation | undefined,
  now: Date,
): Reason {
  const [contract, user, owner] = [nameOf(required), partyOf(consumer), partyOf(released)];
  const sunset = deprecation?.sunset;
  const passed = sunset !== undefined && new Date(sunset) <= now;
  const after = passed ? ` Its sunset was ${sunset}.` : '';
  const next = deprecation?.successor === undefined ? 'without it' : `that uses ${deprecation.successor}`;
  return {
    code: 'contract-removed',
    contract,
    consumer: user,
    provider: owner,
    what: `${text(owner)} no longer provides ${contract}, which ${text(user)} ${required.use}.${after}`,
    remedy: `Keep ${contract}, and ask ${consumer.owner} to release a ${consumer.service} ${next} first.`,
  };
}

/** A service leaves, and somebody who stays requires what it provides. */
export function ofLeaving(
  { release: consumer, required }: Consumer,
  leaves: Release,
  deprecation: Deprecation | undefined,
  now: Date,
): Reason {
  const {
    what: _what,
    remedy: _remedy,
    ...reason
  } = ofRemoval({ release: consumer, required, state: 'live' }, leaves, deprecation, now);
  const [user, contract] = [partyOf(consumer), nameOf(required)];
  return {
    ...reason,
    code: 'service-removed',
    what: `${text(user)} ${required.use} ${contract} of ${leaves.service}, which leaves.`,
    remedy: `Remove ${consumer.service} too, or ask ${consumer.owner} to release it without ${contract} first.`,
  };
}

/** An older major goes before dependants have had their time with the newer one. */
export function ofNotice(gone: Provided, released: Release, until: string): Reason {
  const contract = nameOf(gone);
  return {
    code: 'notice-not-over',
    contract,
    provider: partyOf(released),
    what: `${contract} goes, and dependants have until ${until} to move to its new major, whether they are known or not.`,
    remedy: `Keep ${contract} until then. An urgent fix, --urgent, need not wait.`,
  };
}

/** What is required will go. */
export function ofDeprecation(
  { release: consumer, required }: Consumer,
  { since, sunset, successor }: Deprecation,
  now: Date,
): Reason {
  const [contract, user] = [nameOf(required), partyOf(consumer)];
  const passed = sunset !== undefined && new Date(sunset) <= now;
  const end = sunset === undefined ? '' : passed ? `; its sunset was ${sunset}` : ` and goes at ${sunset}`;
  return {
    code: passed ? 'sunset-passed' : 'deprecated',
    contract,
    consumer: user,
    what: `${contract}, which ${text(user)} ${required.use}, is deprecated since ${since}${end}.`,
    remedy: successor === undefined ? `Ask its owner what to use instead.` : `Move ${user.service} to ${successor}.`,
  };
}

/** A reason of the release itself, which no contract has. */
export const ofRelease = (code: string, what: string, remedy: string, release?: Release): Reason => ({
  code,
  contract: '',
  ...(release === undefined ? {} : { provider: partyOf(release) }),
  what,
  remedy,
});
