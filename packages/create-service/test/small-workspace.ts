import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll } from '@jest/globals';
import { REPOSITORY } from './workspace-copy.ts';

/** What `npm run new-service` reads and changes, and nothing else. */
const PATHS = [
  ['.prettierrc.json'],
  ['README.md'],
  ['README.ko.md'],
  ['package-lock.json'],
  ['serverless-compose.yml'],
  ['packages', 'contracts', 'package.json'],
  ['packages', 'contracts', 'generated'],
  ['packages', 'contracts', 'src', 'contracts', 'all-contracts.ts'],
  ['packages', 'testing', 'package.json'],
  ['services', 'journal', 'package.json'],
];

/** A copy of it in a temporary folder, removed after the test file. */
export function smallWorkspace(): string {
  const root = mkdtempSync(join(tmpdir(), 'dure-new-service-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  for (const path of PATHS) cpSync(join(REPOSITORY, ...path), join(root, ...path), { recursive: true });
  return root;
}

/** Everything that is in a folder: content by path, folders with nothing in them too. */
export function contentOf(root: string): Record<string, string> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [relative(root, path), entry.isDirectory() ? 'a folder' : readFileSync(path, 'utf8')];
    }),
  );
}
