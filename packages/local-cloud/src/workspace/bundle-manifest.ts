import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BundleInput } from './bundle-input.ts';
import { withoutExtension } from './without-extension.ts';

interface Manifest {
  readonly key: string;
  /** What was built. */
  readonly entries: readonly string[];
  /** Absolute path → size and time of the last change. */
  readonly inputs: Record<string, string>;
}

/** A file's size and the time of its last change, in ms. */
export interface Stamp {
  readonly text: string;
  readonly mtimeMs: number;
}

/** Looks at each file once, as services are made of the same packages. */
export function createStamps(): (path: string) => Stamp {
  const known = new Map<string, Stamp>();
  return (path) => {
    const before = known.get(path);
    if (before !== undefined) return before;
    const { size, mtimeMs } = statSync(path);
    const stamp = { text: `${size}:${mtimeMs}`, mtimeMs };
    known.set(path, stamp);
    return stamp;
  };
}

type Stamps = ReturnType<typeof createStamps>;

/** What is built of a service, and the files that it was made of. */
export interface Built {
  readonly entries: readonly string[];
  readonly paths: readonly string[];
}

const NOTHING: Built = { entries: [], paths: [] };

/** What is built of a service, if no file that it was made of has changed since: perhaps not all of its entries. */
export function builtBefore(outdir: string, input: BundleInput, stampOf: Stamps): Built {
  try {
    const { key, entries, inputs } = JSON.parse(readFileSync(manifestPath(outdir, input), 'utf8')) as Manifest;
    const isSame = ([path, stamp]: [string, string]): boolean => stampOf(path).text === stamp;
    if (key !== keyOf(input) || !Object.entries(inputs).every(isSame)) return NOTHING;
    return { entries: entries.filter((entry) => isBuilt(outdir, input, entry)), paths: Object.keys(inputs) };
  } catch {
    return NOTHING;
  }
}

/** Remembers what the bundles were made of, unless a file was saved while they were being made. */
export function writeManifest(
  outdir: string,
  input: BundleInput,
  { entries, paths }: Built,
  { startedAt, stampOf }: { readonly startedAt: number; readonly stampOf: Stamps },
): void {
  if (paths.some((path) => stampOf(path).mtimeMs >= startedAt)) return;
  const inputs = Object.fromEntries(paths.map((path) => [path, stampOf(path).text]));
  mkdirSync(outdir, { recursive: true });
  writeFileSync(manifestPath(outdir, input), JSON.stringify({ key: keyOf(input), entries, inputs } satisfies Manifest));
}

function isBuilt(outdir: string, input: BundleInput, entry: string): boolean {
  return existsSync(join(outdir, input.service, `${withoutExtension(entry)}.js`));
}

function manifestPath(outdir: string, input: BundleInput): string {
  return join(outdir, `${input.service}.json`);
}

function keyOf({ serviceDir, options }: BundleInput): string {
  return JSON.stringify({ serviceDir, options });
}
