import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import type { Files } from './generate.ts';

/** Where the generated files are kept. */
export const GENERATED = join(import.meta.dirname, '..', 'generated');

/** What differs between a folder and what it should hold: paths with the reason; empty when it is fresh. */
export function staleFiles(folder: string, files: Files): string[] {
  const present = existing(folder);
  const leftOver = present.filter((path) => !files.has(path)).map((path) => `${path} is left over`);
  const changed = [...files].flatMap(([path, content]) => {
    if (!present.includes(path)) return [`${path} is missing`];
    // A checkout on Windows may have turned the line ends.
    const kept = readFileSync(join(folder, path), 'utf8').replaceAll('\r\n', '\n');
    return kept === content ? [] : [`${path} differs`];
  });
  return [...changed, ...leftOver];
}

/** Makes a folder hold exactly these files; answers what it changed. */
export function writeFiles(folder: string, files: Files): string[] {
  const stale = staleFiles(folder, files);
  for (const path of existing(folder)) if (!files.has(path)) rmSync(join(folder, path));
  for (const [path, content] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return stale;
}

function existing(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .split(sep)
        .join('/'),
    )
    .sort();
}
