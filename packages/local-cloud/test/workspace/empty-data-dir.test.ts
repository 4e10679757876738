import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from '@jest/globals';
import { emptyDataDir } from '../../src/workspace/empty-data-dir.ts';

it('removes what the local cloud keeps, and leaves what others keep and the lock', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dure-empty-'));
  const kept = ['account/cloud.sqlite', 'offline/catalog/cloud.sqlite', 'node24-path', 'lock.sqlite', 'instance.json'];
  for (const path of [...kept, 'cloud.sqlite', 'dynamodb/dynamodb.sqlite', 'logs/all.log']) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), '');
  }
  emptyDataDir(folder);
  const left = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(left.map((entry) => join(entry.parentPath, entry.name)).sort()).toEqual(
    kept.map((path) => join(folder, path)).sort(),
  );
  rmSync(folder, { recursive: true });
});
