import { canDeploy, type Change, type Live, type Pair, pairKey, type Reason, type Verdict } from '@dure/compatibility';
import { counting, daysAfter, type Entry, type LiveSet } from '../domain/live-set.ts';
import { excuses, inForce, type Override } from '../domain/override.ts';
import type { FindStrangers } from './find-drift.ts';
import { dayOf, judged, type StoredRelease } from '../domain/release.ts';
import { explained } from '../domain/drift.ts';
import type { ComparisonStore } from '../store/comparison-store.ts';
import type { ContractStore } from '../store/contract-store.ts';
import type { OverrideStore } from '../store/override-store.ts';
import type { ReleaseStore } from '../store/release-store.ts';
import { type StageStore, USE_WINDOW_DAYS } from '../store/stage-store.ts';

export interface Stores {
  readonly releases: ReleaseStore;
  readonly stages: StageStore;
  readonly contracts: ContractStore;
  readonly overrides: OverrideStore;
  readonly comparisons: ComparisonStore;
  readonly strangers: FindStrangers;
  /** So many days dependants have from a new major. */
  readonly noticeDays: number;
  /** Stages that serve customers. */
  readonly production: readonly string[];
}

export interface Intent {
  readonly releases: readonly Asked[];
  /** Services that leave. */
  readonly removals: readonly string[];
  readonly urgent: boolean;
}

export interface Asked {
  readonly service: string;
  readonly label: string;
  /** Of the artefacts that the caller would deploy. */
  readonly digest?: string | undefined;
}

export interface Judgement extends Verdict {
  readonly token: number;
  readonly overridden: readonly (Reason & { readonly override: Override })[];
}

/** Whether releases may be deployed to a stage together, and services removed. What is not known is `unknown`, never a yes. */
export async function judge(
  stores: Stores,
  stage: string,
  { releases: asked, removals, urgent }: Intent,
  now: string,
): Promise<Judgement> {
  const live = await stores.stages.load(stage);
  const token = live?.token ?? 0;
  const entries = counting(live?.entries ?? [], now);
  const [found, deprecations, overrides] = await Promise.all([
    stores.releases.loadMany([...asked, ...entries]),
    stores.contracts.deprecations(),
    stores.overrides.all(),
  ]);
  const unknown = [
    ...unknownStage(stage, live, now),
    ...asked.flatMap((it) => unknownRelease(it, found)),
    ...(await unknownServices(stores, stage, [...asked.map(({ service }) => service), ...removals], entries, found)),
  ];
  if (unknown.length > 0) return { answer: 'unknown', token, blockers: unknown, warnings: [], overridden: [] };
  const releases = asked.map((it) => found.get(keyOf(it))!);
  const world = entries.map(({ service, label, state }): Live => {
    const release = found.get(keyOf({ service, label }));
    if (release === undefined) throw new Error(`${service} ${label} is live in ${stage}, and is not registered.`);
    return { release: judged(release), state };
  });
  const inStage = overrides.filter((it) => it.stage === stage && inForce(it, now));
  const overridden = new Map<string, Judgement['overridden'][number]>();
  const verdict = await decide(stores, {
    live: world,
    excused: (reason) => {
      const override = inStage.find((it) => excuses(it, reason));
      if (override !== undefined) overridden.set(JSON.stringify(reason), { ...reason, override });
      return override !== undefined;
    },
    releases: releases.map((it) => ({ ...judged(it), urgent: urgent || it.urgent === true })),
    leaving: removals,
    production: stores.production.includes(stage),
    majors: Object.assign({}, ...entries.map((it) => it.majors ?? {})) as Record<string, string>,
    noticeDays: stores.noticeDays,
    deprecations: Object.fromEntries(deprecations.map((it) => [it.contract, it])),
    now: new Date(now),
    uses: await usesAgainst(stores.stages, stage, { releases, removals, world, now }),
  });
  return { ...verdict, overridden: [...overridden.values()], token };
}

const keyOf = ({ service, label }: { service: string; label: string }): string => `${service}#${label}`;

function unknownStage(stage: string, live: LiveSet | undefined, now: string): Reason[] {
  const remedy = `Record the first deployments of ${stage} as its bootstrap: the registry's own, and of what it needs.`;
  if (live === undefined) {
    return [{ code: 'stage-unknown', contract: '', what: `No deployment to ${stage} was ever recorded.`, remedy }];
  }
  if (counting(live.entries, now).some(({ state }) => state !== 'draining')) return [];
  return [{ code: 'stage-empty', contract: '', what: `Nothing is recorded as running in ${stage}.`, remedy }];
}

/** Of what runs and is not recorded, nobody knows whom it breaks; unless a release takes its place. */
async function unknownServices(
  { strangers }: Stores,
  stage: string,
  changed: readonly string[],
  entries: readonly Entry[],
  found: ReadonlyMap<string, StoredRelease>,
): Promise<Reason[]> {
  const drifts = await strangers(stage, entries, found);
  return drifts
    .filter(({ service }) => !changed.includes(service))
    .map((drift) => {
      const { service, registered } = drift;
      const owner = found.get(keyOf({ service, label: registered?.label ?? '' }))?.owner.name ?? service;
      const provider = { service, label: registered?.label ?? '-', owner };
      return { code: 'stage-differs', contract: '', provider, ...explained(drift) };
    });
}

function unknownRelease({ service, label, digest }: Asked, found: ReadonlyMap<string, StoredRelease>): Reason[] {
  const release = found.get(keyOf({ service, label }));
  const party = { service, label, owner: release?.owner.name ?? service };
  if (release === undefined) {
    const remedy = `Register ${service} with its manifest: POST /v1/releases.`;
    return [
      {
        code: 'release-unknown',
        contract: '',
        provider: party,
        what: `${service} ${label} is not registered.`,
        remedy,
      },
    ];
  }
  if (digest === undefined || digest === release.digest) return [];
  const what = `${service} ${label} is registered with other artefacts than those that would be deployed.`;
  const remedy = `Register what would be deployed, and ask for its own label.`;
  return [{ code: 'artefacts-differ', contract: '', provider: party, what, remedy }];
}

interface Leaving {
  readonly releases: readonly StoredRelease[];
  readonly removals: readonly string[];
  readonly world: readonly Live[];
  readonly now: string;
}

/** Uses that were seen lately of contracts that a release no longer provides, or that leave with their service. */
async function usesAgainst(stages: StageStore, stage: string, { releases, removals, world, now }: Leaving) {
  const since = dayOf(daysAfter(now, -USE_WINDOW_DAYS));
  const removing = releases.filter((release) => {
    const kept = new Set(release.provides.map(({ contract, major }) => `${contract}@${major}`));
    return world.some(
      (it) =>
        it.release.service === release.service &&
        it.release.provides.some(({ contract, major }) => !kept.has(`${contract}@${major}`)),
    );
  });
  const services = [...removing.map(({ service }) => service), ...removals];
  const uses = await Promise.all(services.map((service) => stages.usesOf(stage, `${service}/`)));
  return uses
    .flat()
    .filter(({ day }) => day >= since)
    .map(({ contract, service, label, day }) => ({ contract, consumer: service, label, last: day }));
}

type Question = Omit<Parameters<typeof canDeploy>[0], 'schemaOf' | 'compare'>;

/**
 * `canDeploy` is pure: it asks for comparisons that it cannot wait for. Each round learns which are missing, and loads
 * them all at once. A pair that was loaded is never asked for again, so the rounds end.
 */
async function decide({ comparisons }: Stores, question: Question): Promise<Verdict> {
  const known = new Map<string, readonly Change[] | undefined>();
  for (;;) {
    const missing = new Map<string, Pair>();
    const verdict = canDeploy({
      ...question,
      schemaOf: () => undefined,
      compare: (pair) => {
        const key = pairKey(pair);
        if (!known.has(key)) missing.set(key, pair);
        return known.has(key) ? known.get(key) : [];
      },
    });
    if (missing.size === 0) return verdict;
    for (const [key, changes] of await comparisons.load([...missing.values()])) known.set(key, changes);
  }
}
