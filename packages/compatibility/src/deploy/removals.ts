import type { Problem, Rules } from './problems.ts';
import { isSame } from './problems.ts';
import { ofLeaving, ofNotice, partyOf } from './reasons.ts';
import { type Deprecation, nameOf, type Provided, type Reason, type Release } from './release.ts';
import { isRunning, type World } from './world.ts';

/** A use that was seen: `consumer` used `contract` last at that time. */
export interface Seen {
  /** `orders/GetOrder@1` */
  readonly contract: string;
  readonly consumer: string;
  readonly label: string;
  /** ISO 8601 */
  readonly last: string;
}

/** The time that dependants have from a new major: since when each runs, and how many days. */
export interface Notice {
  readonly majors: Readonly<Record<string, string>>;
  readonly days: number;
}

/**
 * What the release no longer provides: a use that was seen blocks, as does a new major that dependants have not had their
 * time with, whoever uses the old one; and what was not announced or is early warns.
 */
export function removalsOf(
  release: Release,
  world: World,
  rules: Rules & { readonly uses: readonly Seen[]; readonly notice: Notice },
): Problem[] {
  const { uses, notice } = rules;
  const kept = new Set(release.provides.map(nameOf));
  const before = world.runningOf(release.service).filter((it) => !isSame(it, release));
  const gone = new Map(before.flatMap((it) => it.provides).map((it) => [nameOf(it), it]));
  return [...gone]
    .filter(([contract]) => !kept.has(contract))
    .flatMap(([contract, provided]): Problem[] => {
      const used = uses.filter((it) => it.contract === contract);
      const early = earlyReason(provided, release, rules.deprecations[contract] ?? provided.deprecated, rules.now);
      const until = noticeUntil(provided, release, world, notice, rules.now);
      return [
        ...used.map((use) => ({ reason: usedReason(use, release), blocks: true })),
        ...(until === undefined
          ? []
          : [{ reason: ofNotice(provided, release, until), blocks: release.urgent !== true }]),
        ...(early === undefined ? [] : [{ reason: early, blocks: false }]),
      ];
    });
}

/** When the time from the newest major is over; undefined if there is none, or it is over. */
function noticeUntil(
  gone: Provided,
  release: Release,
  world: World,
  { majors, days }: Notice,
  now: Date,
): string | undefined {
  const newer = release.provides.filter(({ contract, major }) => contract === gone.contract && major > gone.major);
  const ends = newer
    .filter((it) => days > 0 && (Object.hasOwn(majors, nameOf(it)) || isNew(it)))
    .map((it) => Date.parse(majors[nameOf(it)] ?? now.toISOString()) + days * 86_400_000)
    .filter((end) => end > now.getTime());
  // One newer major that everybody has had time with is enough.
  return ends.length === 0 || ends.length < newer.length ? undefined : new Date(Math.min(...ends)).toISOString();

  function isNew(it: Provided): boolean {
    return !world.runningOf(release.service).some(({ provides }) => provides.some((one) => nameOf(one) === nameOf(it)));
  }
}

/** Who stays in the stage, and requires or was seen to use what a service provides that leaves. */
export function leavingOf(
  service: string,
  present: World,
  future: World,
  { deprecations, now, uses }: Rules & { readonly uses: readonly Seen[] },
): Problem[] {
  const gone = present.runningOf(service);
  const provided = new Set(gone.flatMap(({ provides }) => provides).map(nameOf));
  const [newest] = gone.slice(-1);
  if (newest === undefined) return [];
  const consumers = future.consumersOf(service).filter((it) => isRunning(it) && provided.has(nameOf(it.required)));
  const required = consumers.map((it) => ofLeaving(it, newest, deprecations[nameOf(it.required)], now));
  const seen = uses
    .filter(({ contract, consumer }) => provided.has(contract) && future.runningOf(consumer).length > 0)
    .filter(
      ({ contract, consumer }) =>
        !consumers.some((it) => it.release.service === consumer && nameOf(it.required) === contract),
    )
    .map((use) => usedReason(use, newest));
  return [...required, ...seen].map((reason) => ({ reason, blocks: true }));
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
