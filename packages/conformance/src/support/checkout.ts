import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export interface Checkout {
  readonly path: string;
  /** Abbreviated, or "no commit" of a folder that Git does not know. */
  readonly commit: string;
}

/**
 * A checkout of another project.
 * @param folder that such a checkout has
 * @throws {Error} that says what is missing
 */
export function checkoutAt(path: string, folder: string, repository: string): Checkout {
  if (!existsSync(join(path, folder))) {
    throw new Error(`${path} is no checkout of ${repository}: it has no ${folder}. Clone it, and give that folder.`);
  }
  return { path, commit: commitOf(path) };
}

function commitOf(path: string): string {
  try {
    const command = ['-C', path, 'rev-parse', '--short=8', 'HEAD'];
    return execFileSync('git', command, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return 'no commit';
  }
}
