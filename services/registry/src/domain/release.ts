import { canonical, nameOf, type Release } from '@dure/compatibility';
import type { Manifest } from '@dure/contracts/registry';

/** A release as it is kept: its manifest without the schemas, and what registering it added. */
export interface StoredRelease extends Omit<Manifest, 'schemas'> {
  readonly label: string;
  /** ISO 8601, UTC. */
  readonly registeredAt: string;
}

export const storedRelease = (
  { schemas: _, ...manifest }: Manifest,
  label: string,
  registeredAt: string,
): StoredRelease => ({ ...manifest, label, registeredAt });

/** What `canDeploy` judges. */
export const judged = ({ service, label, owner, mock, provides, requires }: StoredRelease): Release => ({
  service,
  label,
  owner: owner.name,
  ...(mock !== undefined && { mock }),
  provides: provides as Release['provides'],
  requires,
});

/** `v1_20260105-2` */
export const labelOf = (major: number, time: string, fix: number): string =>
  `v${major}_${dayOf(time).replaceAll('-', '')}-${fix}`;

/** `2026-01-05` of an instant. */
export const dayOf = (time: string): string => time.slice(0, 10);

/** Whether two manifests provide and require the same; commit and owner do not matter. */
export const sameContracts = (one: Contracts, other: Contracts): boolean => contractsOf(one) === contractsOf(other);

type Contracts = Pick<Manifest, 'service' | 'provides' | 'requires'>;

function contractsOf({ service, provides, requires }: Contracts): string {
  const sorted = (list: readonly object[]) => list.map(canonical).sort();
  const used = requires.map((it) => ({ ...it, fields: [...it.fields].sort() }));
  return canonical([service, sorted(provides), sorted(used)]);
}

/** Hashes of the schemas that a manifest names. */
export const hashesOf = ({ provides, requires }: Contracts): string[] => [
  ...new Set([...provides, ...requires].map(({ schema }) => schema)),
];

export const keysOf = (list: readonly { contract: string; major: number }[]): string[] => [
  ...new Set(list.map(nameOf)),
];
