import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll } from '@jest/globals';
import { REGISTERS } from '../src/removal.ts';
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

const made: string[] = [];
afterAll(() => made.forEach((root) => rmSync(root, { recursive: true, force: true })));

const OTHERS = readdirSync(join(REPOSITORY, 'services')).filter((name) => name !== 'journal');

/**
 * A copy of it in a temporary folder, removed after the test file. It has no service but the journal, so that a name is
 * free whatever services this repository has.
 */
export function smallWorkspace(): string {
  const root = mkdtempSync(join(tmpdir(), 'dure-new-service-'));
  made.push(root);
  for (const path of PATHS) cpSync(join(REPOSITORY, ...path), join(root, ...path), { recursive: true });
  for (const [path, without] of REGISTERS) {
    const text = readFileSync(join(root, path), 'utf8');
    writeFileSync(join(root, path), OTHERS.reduce(without, text));
  }
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
