import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BundleInput } from './bundle-input.ts';
import { withoutExtension } from './without-extension.ts';

interface Manifest {
  readonly key: string;
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

/** The files that a service's bundles were made of, if none of them changed since; otherwise undefined. */
export function isFresh(outdir: string, input: BundleInput, stampOf: Stamps): string[] | undefined {
  try {
    const manifest = JSON.parse(readFileSync(manifestPath(outdir, input), 'utf8')) as Manifest;
    if (manifest.key !== keyOf(input) || !input.entries.every((entry) => isBuilt(outdir, input, entry)))
      return undefined;
    const inputs = Object.entries(manifest.inputs);
    return inputs.every(([path, stamp]) => stampOf(path).text === stamp) ? inputs.map(([path]) => path) : undefined;
  } catch {
    return undefined;
  }
}

/** Remembers what the bundles were made of, unless a file was saved while they were being made. */
export function writeManifest(
  outdir: string,
  input: BundleInput,
  paths: readonly string[],
  { startedAt, stampOf }: { readonly startedAt: number; readonly stampOf: Stamps },
): void {
  if (paths.some((path) => stampOf(path).mtimeMs >= startedAt)) return;
  const inputs = Object.fromEntries(paths.map((path) => [path, stampOf(path).text]));
  mkdirSync(outdir, { recursive: true });
  writeFileSync(manifestPath(outdir, input), JSON.stringify({ key: keyOf(input), inputs } satisfies Manifest));
}

function isBuilt(outdir: string, input: BundleInput, entry: string): boolean {
  return existsSync(join(outdir, input.service, `${withoutExtension(entry)}.js`));
}

function manifestPath(outdir: string, input: BundleInput): string {
  return join(outdir, `${input.service}.json`);
}

function keyOf({ serviceDir, entries, options }: BundleInput): string {
  return JSON.stringify({ serviceDir, entries, options });
}
