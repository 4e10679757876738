import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { BuildOptions } from 'esbuild';
import { type Bundle, bundleAll, entryOf, linkModules, shippedOptions } from '../cold/bundle.ts';
import { documentClient, empty, oneItem, saveNoteEvent } from '../cold/compared.ts';
import { firstEvent } from '../cold/first-event.ts';
import { serviceFunctions } from '../cold/functions.ts';
import { type Start, startOnce } from '../cold/start.ts';
import { type Surroundings, startSurroundings } from '../cold/surroundings.ts';
import { type Candidate, tableOf } from '../cold/table.ts';
import type { Part } from '../support/report.ts';

const ROUNDS = 15;
/** Runs of the compared handlers in a round; the targets are their ratios. */
const TURNS = 3;
const QUICK_ROUNDS = 2;

/** As esbuild bundles for Node with no further options: for comparison with "b", the bare document client. */
const PLAIN: BuildOptions = { bundle: true, minify: true, platform: 'node', target: 'node24', format: 'cjs' };

/** Cold starts of every function as shipped, compared with an empty one and one with only the document client. */
export const cold: Part = {
  name: 'cold',
  what: 'size and cold start of the functions as shipped',
  async run({ options, progress }) {
    const folder = mkdtempSync(join(tmpdir(), 'dure-bench-cold-'));
    const surroundings = await startSurroundings();
    try {
      progress('bundling');
      linkModules(folder);
      const compared = await comparedHandlers(folder, surroundings);
      const functions = await functionsOf(folder, surroundings);
      const all = [...compared, ...functions];
      const [none, bare] = compared as [Candidate, Candidate];
      // The first start of each fills the caches of V8 and the disk, and is not counted.
      for (const candidate of all) await startOnce(candidate);
      const rounds = options.quick ? QUICK_ROUNDS : ROUNDS;
      for (let round = 0; round < rounds; round += 1) {
        progress(`starting all ${all.length}, ${round + 1} of ${rounds}`);
        for (const one of [...Array.from({ length: TURNS }, () => compared).flat(), ...functions]) {
          one.runs.push({ own: await startOnce(one), bare: await startOnce(bare), empty: await startOnce(none) });
        }
      }
      checkCaches(compared);
      return {
        tables: [
          tableOf(`Compared handlers, one PutItem each, ${rounds * TURNS} starts`, compared),
          tableOf(`Functions, ${rounds} starts`, functions),
        ],
        data: all.map(({ name, bundle, runs }) => ({ name, bundle, runs })),
      };
    } finally {
      await surroundings.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function comparedHandlers(folder: string, surroundings: Surroundings): Promise<Candidate[]> {
  const [plain] = await bundleAll([documentClient], join(folder, 'plain'), PLAIN);
  const [none, built, one] = await bundleAll([empty, documentClient, oneItem], folder);
  const eventFile = writeEvent(folder, 'compared', saveNoteEvent());
  const environment = await surroundings.plainEnvironment();
  const candidate = (name: string, bundle: Bundle, more: Partial<Start> = {}): Candidate => ({
    ...{ name, bundle, file: bundle.file, eventFile, environment, runs: [], ...more },
  });
  const cacheFile = join(folder, 'one-item.cache');
  const rejectedCacheFile = join(folder, 'rejected.cache');
  const cached = candidate('one item, V8 code cache', one!, { cacheFile });
  await startOnce(cached);
  writeFileSync(rejectedCacheFile, ofAnotherV8(readFileSync(cacheFile)));
  return [
    candidate('empty', none!),
    candidate('b: the document client alone', plain!),
    candidate('b, bundled as functions are', built!),
    candidate('one item', one!),
    candidate('one item, Node’s compile cache', one!, {
      environment: { ...environment, NODE_COMPILE_CACHE: join(folder, 'compile-cache') },
    }),
    cached,
    candidate('one item, code cache of another V8', one!, { cacheFile: rejectedCacheFile }),
  ];
}

/** The second word is a hash of V8's version. Source: V8's src/snapshot/code-serializer.h, SerializedCodeData */
function ofAnotherV8(cache: Buffer): Buffer {
  const changed = Buffer.from(cache);
  changed.writeUInt32LE((cache.readUInt32LE(4) ^ 1) >>> 0, 4);
  return changed;
}

/** A cache that V8 rejects makes a start slower, without a message. */
function checkCaches(candidates: readonly Candidate[]): void {
  for (const { name, cacheFile, runs } of candidates) {
    const expected = cacheFile?.endsWith('rejected.cache') ?? false;
    if (runs.some(({ own }) => own.rejected !== expected)) {
      throw new Error(`${name}: V8 ${expected ? 'took' : 'refused'} the code cache.`);
    }
  }
}

async function functionsOf(folder: string, surroundings: Surroundings): Promise<Candidate[]> {
  const functions = serviceFunctions();
  const bundles = await bundleAll(functions.map(entryOf), folder, shippedOptions());
  const environments = new Map<string, Record<string, string>>();
  for (const { serviceDir } of functions) {
    if (!environments.has(serviceDir)) environments.set(serviceDir, await surroundings.environmentOf(serviceDir));
  }
  return functions.map((one, index) => ({
    name: one.name,
    bundle: bundles[index]!,
    file: bundles[index]!.file,
    eventFile: writeEvent(folder, one.name, firstEvent(one)),
    environment: environments.get(one.serviceDir)!,
    runs: [],
  }));
}

function writeEvent(folder: string, name: string, event: unknown): string {
  const path = join(folder, 'events', `${name}.json`);
  if (!existsSync(dirname(path))) mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(event));
  return path;
}
