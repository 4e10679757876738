import type { Call } from '@dure/contracts/binding/call';
import { Conflict } from '@dure/contracts/binding/commit';
import { counting, type Entry } from '../domain/live-set.ts';
import { hearsServices, ruleDriftOf, serviceOf } from '../domain/bus-rules.ts';
import { type Drift, driftOf, type Registered, sameDrift } from '../domain/drift.ts';
import type { StoredRelease } from '../domain/release.ts';
import type { ReadRules } from '../store/bus-rules.ts';
import type { DriftStore } from '../store/drift-store.ts';
import type { ReadArtefacts, ReadDigests } from '../store/parameters.ts';
import type { Stores } from './judge.ts';

type Needed = Pick<Stores, 'stages' | 'releases'> & {
  readonly readArtefacts: ReadArtefacts;
  readonly readRules: ReadRules;
};

/** Where a stage runs something else than is recorded, or its bus brings something else than is required. */
export async function findDrift(
  { stages, releases, readArtefacts, readRules }: Needed,
  stage: string,
  now: string,
): Promise<Drift[]> {
  const [live, deployed, rules] = await Promise.all([stages.load(stage), readArtefacts(stage), readRules()]);
  const entries = counting(live?.entries ?? [], now);
  const found = await releases.loadMany(entries);
  const registered = registeredOf(
    entries.filter(({ state }) => state !== 'draining'),
    found,
  );
  const drifts = driftOf(deployed, registered);
  const others = new Set(drifts.map(({ service }) => service));
  const known = new Set([...registered.keys(), ...deployed.keys()]);
  const owners = new Map(rules.map((rule) => [rule, serviceOf(rule, stage, known)]));
  const ofStates = (service: string, states: readonly Entry['state'][]): StoredRelease[] =>
    entries
      .filter((it) => it.service === service && states.includes(it.state))
      .flatMap(({ label }) => found.get(`${service}#${label}`) ?? []);
  return [
    ...drifts,
    // What runs in other artefacts has other rules, too.
    ...[...registered].flatMap(([service, labels]): Drift[] => {
      if (others.has(service)) return [];
      const own = rules.filter((rule) => owners.get(rule) === service);
      const draining = ofStates(service, ['candidate', 'draining']);
      const differs = ruleDriftOf({ service, stage }, own, { running: ofStates(service, ['live']), draining });
      if (differs.missing.length + differs.unknown.length === 0) return [];
      return [{ service, kind: 'different', registered: labels.at(-1)!, rules: differs }];
    }),
    ...rules
      .filter((rule) => owners.get(rule) === undefined && hearsServices(rule, known))
      .map(({ name }): Drift => ({ service: name, kind: 'unregistered', rules: { missing: [], unknown: [name] } })),
  ];
}

/** The releases that are recorded as running, by service, oldest first. */
function registeredOf(
  running: readonly Entry[],
  found: ReadonlyMap<string, { readonly digest: string }>,
): Map<string, Registered[]> {
  const registered = new Map<string, Registered[]>();
  for (const { service, label } of [...running].sort((a, b) => (a.since < b.since ? -1 : 1))) {
    const digest = found.get(`${service}#${label}`)?.digest ?? '';
    registered.set(service, [...(registered.get(service) ?? []), { label, digest }]);
  }
  return registered;
}

/**
 * Finds where a stage runs what is not recorded, soon enough for a verdict: services of which another release runs now,
 * and those that the last search for drift did not know. A registry that was restored from a backup is older than its
 * stage, and must not judge by what ran then.
 */
export const findStrangers =
  ({
    drifts,
    readDigests,
    ownStage,
  }: {
    drifts: DriftStore;
    readDigests: ReadDigests;
    ownStage: () => string;
  }): FindStrangers =>
  async (stage, entries, found) => {
    // What runs elsewhere cannot be seen from here.
    if (stage !== ownStage()) return [];
    const registered = registeredOf(
      entries.filter(({ state }) => state !== 'draining'),
      found,
    );
    const reported = [...(await drifts.reported(stage)).values()].filter(
      ({ drift }) => drift?.kind === 'unregistered' && drift.rules === undefined,
    );
    const services = new Set([...registered.keys(), ...reported.map(({ service }) => service)]);
    // Who deploys without the tools publishes no digest: that a release is missing shows as drift alone.
    return driftOf(await readDigests(stage, [...services]), registered).filter(({ kind }) => kind !== 'missing');
  };

export type FindStrangers = (
  stage: string,
  entries: readonly Entry[],
  found: ReadonlyMap<string, { readonly digest: string }>,
) => Promise<Drift[]>;

/** Reports what is new since the last run, and what has ended; each once. */
export async function reportDrift(
  needed: Needed & { readonly drifts: DriftStore },
  call: Call,
  stage: string,
): Promise<{ found: number; ended: number }> {
  const [drifts, reported] = await Promise.all([findDrift(needed, stage, call.time), needed.drifts.reported(stage)]);
  const counts = { found: 0, ended: 0 };
  for (const drift of drifts) {
    const before = reported.get(drift.service);
    if (before?.drift !== undefined && sameDrift(before.drift, drift)) continue;
    counts.found += await reportOnce(drift.service, drift, before?.version);
  }
  for (const { service, drift, version } of reported.values()) {
    if (drift === undefined || drifts.some((it) => it.service === service)) continue;
    counts.ended += await reportOnce(service, undefined, version);
  }
  return counts;

  async function reportOnce(service: string, drift: Drift | undefined, version = 0): Promise<number> {
    try {
      await needed.drifts.report(call, stage, service, drift, version + 1);
      return 1;
    } catch (error) {
      // Another run has reported it.
      if (error instanceof Conflict) return 0;
      throw error;
    }
  }
}
