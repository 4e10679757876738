import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BundleInput } from './bundle-input.ts';
import { withoutExtension } from './without-extension.ts';

interface Manifest {
  readonly key: string;
  /** Absolute path → size and time of the last change. */
  readonly inputs: Record<string, string>;
}

/** The files that a service's bundles were made of, if none of them changed since; otherwise undefined. */
export function isFresh(outdir: string, input: BundleInput): string[] | undefined {
  try {
    const manifest = JSON.parse(readFileSync(manifestPath(outdir, input), 'utf8')) as Manifest;
    if (manifest.key !== keyOf(input) || !input.entries.every((entry) => isBuilt(outdir, input, entry)))
      return undefined;
    const inputs = Object.entries(manifest.inputs);
    return inputs.every(([path, stamp]) => stampOf(path) === stamp) ? inputs.map(([path]) => path) : undefined;
  } catch {
    return undefined;
  }
}

/** Remembers what the bundles were made of, unless a file was saved while they were being made. */
export function writeManifest(outdir: string, input: BundleInput, paths: readonly string[], startedAt: number): void {
  if (paths.some((path) => statSync(path).mtimeMs >= startedAt)) return;
  const inputs = Object.fromEntries(paths.map((path) => [path, stampOf(path)]));
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

function stampOf(path: string): string {
  const { size, mtimeMs } = statSync(path);
  return `${size}:${mtimeMs}`;
}
