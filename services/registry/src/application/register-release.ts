import { canonical } from '@dure/compatibility';
import type { Call } from '@dure/contracts/binding/call';
import { retryOnConflict } from '@dure/contracts/binding/commit';
import type { Manifest } from '@dure/contracts/registry';
import { keptFaults, type ManifestFault, manifestFaults } from '../domain/manifest-faults.ts';
import { hashesOf, labelOf, sameContracts, storedRelease, type StoredRelease } from '../domain/release.ts';
import { fits, type ReleaseStore } from '../store/release-store.ts';

export type Registration =
  | { readonly release: StoredRelease; readonly created: boolean }
  | { readonly faults: readonly ManifestFault[] }
  | { readonly rejected: 'release-differs' | 'manifest-too-large' };

/** So many labels of a day may be taken by clients that bring their own. */
const MAX_TAKEN = 100;

/**
 * Registers a release. Its label is the client's own, or the next of the day; artefacts that are registered have their
 * label again.
 */
export async function registerRelease(
  store: ReleaseStore,
  call: Call,
  manifest: Manifest,
  own?: string,
): Promise<Registration> {
  const unsent = hashesOf(manifest).filter((hash) => !Object.hasOwn(manifest.schemas, hash));
  const kept = await store.loadSchemas(unsent);
  const faults = manifestFaults(manifest, kept);
  if (faults.length > 0) return { faults };
  const schemas = Object.entries(manifest.schemas).map(([hash, schema]) => [hash, canonical(schema)] as const);
  return retryOnConflict(async () => {
    const { service, digest } = manifest;
    const label = await store.labelOfDigest(service, digest);
    const before = await known(label === undefined ? own : label);
    if (before !== undefined || label !== undefined) return again(before, manifest, own);
    const unlike = keptFaults(manifest, kept);
    if (unlike.length > 0) return { faults: unlike };
    const given = own === undefined ? await nextLabel(store, call, manifest) : { label: own, fix: undefined };
    const release = storedRelease(manifest, given.label, call.time);
    if (!fits(release)) return { rejected: 'manifest-too-large' };
    await store.prepare(release, Object.fromEntries(schemas));
    await store.register(call, release, given.fix);
    return { release, created: true };
  });

  async function known(label: string | undefined): Promise<StoredRelease | undefined> {
    return label === undefined ? undefined : store.load(manifest.service, label);
  }
}

function again(before: StoredRelease | undefined, manifest: Manifest, own: string | undefined): Registration {
  const same =
    before?.digest === manifest.digest &&
    (own === undefined || own === before.label) &&
    before.major === manifest.major &&
    sameContracts(before, manifest);
  return same ? { release: before, created: false } : { rejected: 'release-differs' };
}

async function nextLabel(store: ReleaseStore, call: Call, manifest: Manifest) {
  const { service, major } = manifest;
  const last = await store.lastFix({ service, major }, call.time);
  for (let taken = last + 1; taken <= last + MAX_TAKEN; taken += 1) {
    const label = labelOf(major, call.time, taken);
    if ((await store.load(service, label)) === undefined) return { label, fix: { taken, last } };
  }
  throw new Error(`${MAX_TAKEN} labels of ${service} after ${last} are taken.`);
}
