import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { canDeploy, type Live, type Release, type Schema } from '@dure/compatibility';
import type { Contract } from '@dure/contracts/contract';
import { contractSchemas } from '@dure/contracts/schemas';
import { always } from './deployment.ts';
import { type Answer } from './gate.ts';
import { type Manifest, manifestOf, type ServiceCode } from './manifest.ts';
import { openRegistry, type RegistryPlace, RegistryUnknown } from './registry.ts';
import { ReleaseError } from './release-error.ts';
import { inWords } from './words.ts';

type JsonSchema = Record<string, unknown>;

/** A service that runs here, with the folder of its bundles. */
export interface LocalService extends ServiceCode {
  readonly bundles: string;
}

export interface Work {
  readonly stage: string;
  readonly commit: string;
  readonly services: readonly LocalService[];
  /** `provides` is all that a comparison with what runs needs of saved contracts, and is there in half the time. */
  readonly part?: 'all' | 'provides';
  /** Where what runs is registered; nowhere without it. */
  readonly registry?: RegistryPlace;
}

export interface Made {
  readonly manifests: readonly Manifest[];
  /** What kept a manifest from being made or registered. */
  readonly faults: readonly string[];
  /** By service, if they were registered. */
  readonly labels: Readonly<Record<string, string>>;
}

/** The manifests of what runs, from the sources as they are now. A service without one leaves the others alone. */
export async function manifestsOf({ services, commit, registry, part }: Work): Promise<Omit<Made, 'labels'>> {
  const toSchema = await contractSchemas();
  const schemas = new Map<Contract, JsonSchema>();
  // A contract is provided by one service and required by others.
  const schemaOf = (contract: Contract): JsonSchema => {
    const schema = schemas.get(contract) ?? toSchema(contract);
    schemas.set(contract, schema);
    return schema;
  };
  const manifests: Manifest[] = [];
  const faults: string[] = [];
  for (const service of services) {
    try {
      // Only what is registered is told apart by its code.
      const digest = registry === undefined ? '' : digestOf(service.bundles);
      manifests.push(await manifestOf(service, { commit, digest }, { schemaOf, part }));
    } catch (error) {
      if (!(error instanceof ReleaseError)) throw error;
      faults.push(`${service.service}: ${error.message}`);
    }
  }
  return { manifests, faults };
}

/** Of a laptop's cloud. */
const REGION = 'us-east-1';

/** Registers what runs, and where it answers, and records it as the stage's bootstrap: on a laptop nobody is refused. */
export async function register(
  place: RegistryPlace,
  stage: string,
  manifests: readonly Manifest[],
): Promise<Record<string, string>> {
  const registry = openRegistry(place);
  const labels: Record<string, string> = {};
  for (const manifest of manifests) {
    const { service } = manifest;
    const label = await registry.register(manifest);
    const answers = manifest.provides.some(({ kind }) => kind === 'endpoint');
    const endpoints = answers ? [{ region: REGION, url: new URL(`/${service}/${stage}`, place.baseUrl).href }] : [];
    await always(registry, stage, { service, label, state: 'live', bootstrap: true, endpoints });
    labels[service] = label;
  }
  return labels;
}

/** SHA-256 of the bundles' code. */
function digestOf(folder: string): string {
  const hash = createHash('sha256');
  for (const file of globSync('**/*.{js,cjs,mjs}', { cwd: folder }).sort())
    hash.update(file).update(readFileSync(join(folder, file)));
  return hash.digest('hex');
}

/** Does the work in a thread of its own. @throws Error that the thread ended with */
export function inThread(work: Work, signal: AbortSignal): Promise<Made> {
  const worker = new Worker(new URL('./local-worker.ts', import.meta.url), { workerData: work });
  const end = () => void worker.terminate();
  signal.addEventListener('abort', end, { once: true });
  return new Promise<Made>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new RegistryUnknown('The thread has ended.')));
  }).finally(() => signal.removeEventListener('abort', end));
}

/**
 * Whom the saved contracts would break of what runs: a comparison of the two sets of manifests, which asks nobody.
 * @returns the words of the gate; undefined if nobody would break
 */
export function breaksOf(before: Made, after: Made, stage: string): string | undefined {
  const labelled = (manifest: Manifest): Release => ({
    ...manifest,
    owner: manifest.owner.name,
    label: before.labels[manifest.service] ?? 'running',
  });
  const saved = after.manifests.flatMap((manifest): Release[] => {
    const running = before.manifests.find(({ service }) => service === manifest.service);
    if (running === undefined || JSON.stringify(running.provides) === JSON.stringify(manifest.provides)) return [];
    return [{ ...labelled(running), label: 'saved', provides: manifest.provides }];
  });
  if (saved.length === 0) return undefined;
  const schemas = Object.assign(
    {},
    ...[before, after].flatMap((it) => it.manifests.map((one) => one.schemas)),
  ) as Record<string, Schema>;
  const live = before.manifests.map((it): Live => ({ release: labelled(it), state: 'live' }));
  const verdict = canDeploy({
    ...{ live, releases: saved, deprecations: {}, now: new Date() },
    schemaOf: (hash) => schemas[hash],
  });
  if (verdict.blockers.length === 0) return undefined;
  const { blockers, cycle: _, order: __, ...rest } = verdict;
  const answer: Answer = {
    ...{ ...rest, answer: 'no', stage, overridden: [], warnings: [] },
    blockers: [...blockers],
    releases: saved.map(({ service, label }) => ({ service, label })),
  };
  return inWords(answer);
}
