import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The `version` of a service's package.json. */
export function packageVersion(serviceDir: string): string {
  const { version } = JSON.parse(readFileSync(join(serviceDir, 'package.json'), 'utf8')) as { version?: string };
  return version ?? '0.0.0';
}

/** What git says of a folder is asked again after so many milliseconds: a running local cloud sees new commits. */
const KEEP_MS = 2_000;
const heads = new Map<string, { readonly hash: string; readonly at: number }>();

/**
 * The commit that is built: `GIT_COMMIT` if a pipeline sets it, otherwise git's HEAD; `unknown` outside a repository.
 * Services beside one another are in one repository, so that starting all of them asks git once.
 */
export function commit(serviceDir: string): string {
  const given = process.env['GIT_COMMIT'];
  if (given) return given;
  const folder = existsSync(join(serviceDir, '.git')) ? serviceDir : dirname(serviceDir);
  const known = heads.get(folder);
  if (known !== undefined && performance.now() - known.at < KEEP_MS) return known.hash;
  const hash = head(serviceDir);
  heads.set(folder, { hash, at: performance.now() });
  return hash;
}

function head(serviceDir: string): string {
  try {
    const output = execFileSync('git', ['rev-parse', '--verify', 'HEAD'], {
      cwd: serviceDir,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 5000,
    });
    return output.trim();
  } catch {
    return 'unknown';
  }
}
