import { afterEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commit, packageVersion } from '../src/release.ts';

const told = process.env['GIT_COMMIT'];
afterEach(() => {
  if (told === undefined) delete process.env['GIT_COMMIT'];
  else process.env['GIT_COMMIT'] = told;
});

async function inFolder<T>(use: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'dure-release-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('the commit', () => {
  it('comes from the pipeline', () => {
    process.env['GIT_COMMIT'] = 'c0ffee';
    expect(commit(import.meta.dirname)).toBe('c0ffee');
  });

  it('is unknown outside a repository, which is not a failure', async () => {
    delete process.env['GIT_COMMIT'];
    expect(await inFolder(commit)).toBe('unknown');
  });
});

describe('the version', () => {
  it('is the package’s', async () => {
    const version = await inFolder(async (folder) => {
      await writeFile(join(folder, 'package.json'), '{ "version": "2.0.1" }');
      return packageVersion(folder);
    });
    expect(version).toBe('2.0.1');
  });
});
