import type { Call } from '@dure/contracts/binding/call';
import { Conflict } from '@dure/contracts/binding/commit';
import { type Drift, driftOf, type Registered, sameDrift } from '../domain/drift.ts';
import type { DriftStore } from '../store/drift-store.ts';
import type { ReadArtefacts } from '../store/parameters.ts';
import type { Stores } from './judge.ts';

type Needed = Pick<Stores, 'stages' | 'releases'> & { readonly readArtefacts: ReadArtefacts };

/** Where a stage runs something else than is recorded. */
export async function findDrift({ stages, releases, readArtefacts }: Needed, stage: string): Promise<Drift[]> {
  const [live, deployed] = await Promise.all([stages.load(stage), readArtefacts(stage)]);
  const running = (live?.entries ?? []).filter(({ state }) => state !== 'draining');
  const found = await releases.loadMany(running);
  const registered = new Map<string, Registered[]>();
  for (const { service, label } of running.sort((a, b) => (a.since < b.since ? -1 : 1))) {
    const digest = found.get(`${service}#${label}`)?.digest ?? '';
    registered.set(service, [...(registered.get(service) ?? []), { label, digest }]);
  }
  return driftOf(deployed, registered);
}

/** Reports what is new since the last run, and what has ended; each once. */
export async function reportDrift(
  needed: Needed & { readonly drifts: DriftStore },
  call: Call,
  stage: string,
): Promise<{ found: number; ended: number }> {
  const [drifts, reported] = await Promise.all([findDrift(needed, stage), needed.drifts.reported(stage)]);
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
