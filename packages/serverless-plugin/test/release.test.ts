import { afterEach, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commit, packageVersion } from '../src/release.ts';

const original = process.env['GIT_COMMIT'];
afterEach(() => {
  if (original === undefined) delete process.env['GIT_COMMIT'];
  else process.env['GIT_COMMIT'] = original;
});

async function inFolder<T>(use: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'dure-release-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Makes a repository with one commit, and returns its hash. */
function commitIn(cwd: string): string {
  const git = (...args: string[]) => execFileSync('git', args, { cwd, encoding: 'utf8' }).trim();
  git('init', '--quiet');
  const author = ['-c', 'user.name=Ada', '-c', 'user.email=ada@shop.example'];
  git(...author, 'commit', '--quiet', '--allow-empty', '--message', `chore: begin ${cwd}`);
  return git('rev-parse', 'HEAD');
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

  it('is that of the repository, and of its own for a service that is one', async () => {
    delete process.env['GIT_COMMIT'];
    await inFolder(async (folder) => {
      const [shared, own] = [join(folder, 'shared'), join(folder, 'own')];
      await Promise.all([shared, own].map((service) => mkdir(service)));
      const [outer, inner] = [commitIn(folder), commitIn(own)];
      expect(inner).not.toBe(outer);
      expect([commit(shared), commit(own), commit(shared)]).toEqual([outer, inner, outer]);
    });
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
