import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';

interface Package {
  readonly version?: string;
  readonly optionalDependencies?: Record<string, string>;
}

const ROOT = join(import.meta.dirname, '..', '..', '..', '..');
const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, Package>;
};

/** Where Node.js would find a package from another's folder: there, or in a folder above. */
function isLocked(from: string, name: string): boolean {
  const path = `${from === '' ? '' : `${from}/`}node_modules/${name}`;
  if (path in packages) return true;
  return from !== '' && isLocked(from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/'))), name);
}

/** npm install leaves out what it cannot get here for another platform, and npm ci then refuses the lock file everywhere. */
it('locks the packages of every platform, without which npm ci refuses', () => {
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !isLocked(path, name)),
  );
  expect(missing).toEqual([]);
  expect(Object.keys(packages).length).toBeGreaterThan(500);
});
