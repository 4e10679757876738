import { nameOf } from '@dure/compatibility';
import type { StoredRelease } from './release.ts';

export type Owner = StoredRelease['owner'];

/** What an owner is told: a title, and a text that says what to do. */
export interface Notice {
  readonly owner: Owner;
  readonly title: string;
  readonly text: string;
}

/** Releases that require a contract, of others than its own service. */
export const consumersOf = (contract: string, running: readonly StoredRelease[]): StoredRelease[] =>
  running.filter(
    ({ service, requires }) => !contract.startsWith(`${service}/`) && requires.some((it) => nameOf(it) === contract),
  );

/**
 * Contracts that a release provides in a new major version, with the older version that is there beside it: who uses
 * that should move.
 *
 * @param before the releases that it replaces; without one, nothing is new
 */
export function newMajors(release: StoredRelease, before: readonly StoredRelease[]): { from: string; to: string }[] {
  const older = before.flatMap(({ provides }) => provides);
  return release.provides.flatMap((it) => {
    if (older.some((one) => nameOf(one) === nameOf(it))) return [];
    const majors = older
      .filter((one) => one.contract === it.contract && one.major < it.major)
      .map(({ major }) => major);
    return [...new Set(majors)].map((major) => ({ from: nameOf({ ...it, major }), to: nameOf(it) }));
  });
}

/** Since when the new majors of a release run: those that it took over, and those that come with it. */
export function majorsOf(
  release: StoredRelease,
  before: readonly { readonly release: StoredRelease; readonly majors: Readonly<Record<string, string>> }[],
  now: string,
): Record<string, string> {
  const provided = new Set(release.provides.map(nameOf));
  const taken = before.flatMap(({ majors }) => Object.entries(majors)).filter(([name]) => provided.has(name));
  const fresh = newMajors(
    release,
    before.map((it) => it.release),
  );
  return Object.fromEntries([...fresh.map(({ to }) => [to, now] as const), ...taken]);
}

/** One notice for each owner, about all of its services that are concerned. */
export function toOwners(
  concerned: readonly StoredRelease[],
  title: string,
  textFor: (services: readonly string[]) => string,
): Notice[] {
  const groups = new Map<string, { owner: Owner; services: Set<string> }>();
  for (const { owner, service } of concerned) {
    const key = JSON.stringify([owner.name, owner.email, owner.webhook]);
    const group = groups.get(key) ?? { owner, services: new Set() };
    group.services.add(service);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ owner, services }) => ({ owner, title, text: textFor([...services].sort()) }));
}
