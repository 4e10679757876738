import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The `version` of a service's package.json. */
export function packageVersion(serviceDir: string): string {
  const { version } = JSON.parse(readFileSync(join(serviceDir, 'package.json'), 'utf8')) as { version?: string };
  return version ?? '0.0.0';
}

/**
 * The commit that is built: `GIT_COMMIT` if a pipeline sets it, otherwise git's HEAD; `unknown` outside a repository.
 */
export function commit(serviceDir: string): string {
  const told = process.env['GIT_COMMIT'];
  if (told) return told;
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
