import type { Problem, Rules } from './problems.ts';
import { isSame } from './problems.ts';
import { partyOf } from './reasons.ts';
import { type Deprecation, nameOf, type Provided, type Reason, type Release } from './release.ts';
import type { World } from './world.ts';

/** A use that was seen: `consumer` used `contract` last at that time. */
export interface Seen {
  /** `orders/GetOrder@1` */
  readonly contract: string;
  readonly consumer: string;
  readonly label: string;
  /** ISO 8601 */
  readonly last: string;
}

/** What the release no longer provides: a use that was seen blocks, and what was not announced or is early warns. */
export function removalsOf(release: Release, world: World, rules: Rules, uses: readonly Seen[]): Problem[] {
  const kept = new Set(release.provides.map(nameOf));
  const before = world.runningOf(release.service).filter((it) => !isSame(it, release));
  const gone = new Map(before.flatMap((it) => it.provides).map((it) => [nameOf(it), it]));
  return [...gone]
    .filter(([contract]) => !kept.has(contract))
    .flatMap(([contract, provided]): Problem[] => {
      const used = uses.filter((it) => it.contract === contract);
      const early = earlyReason(provided, release, rules.deprecations[contract] ?? provided.deprecated, rules.now);
      return [
        ...used.map((use) => ({ reason: usedReason(use, release), blocks: true })),
        ...(early === undefined ? [] : [{ reason: early, blocks: false }]),
      ];
    });
}

const usedReason = ({ contract, consumer, label, last }: Seen, release: Release): Reason => ({
  code: 'still-used',
  contract,
  consumer: { service: consumer, label, owner: consumer },
  provider: partyOf(release),
  what: `${release.service} ${release.label} no longer provides ${contract}, which ${consumer} ${label} used at ${last}.`,
  remedy: `Keep ${contract} until nobody has used it for the whole window.`,
});

/** Endpoints have callers that no manifest names. */
function earlyReason(
  provided: Provided,
  release: Release,
  deprecation: Deprecation | undefined,
  now: Date,
): Reason | undefined {
  const contract = nameOf(provided);
  const { sunset } = deprecation ?? {};
  const reason = { contract, provider: partyOf(release) };
  if (sunset !== undefined && new Date(sunset) > now) {
    const what = `${contract} goes before its sunset, ${sunset}.`;
    return { code: 'removed-early', ...reason, what, remedy: `Keep ${contract} until ${sunset}.` };
  }
  if (deprecation !== undefined || provided.kind !== 'endpoint') return undefined;
  const what = `${contract} goes and was never deprecated.`;
  return { code: 'removed-unannounced', ...reason, what, remedy: 'Deprecate it first, with a sunset.' };
}
