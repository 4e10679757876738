import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LOCK_FILES } from '../shared/instance-lock.ts';

/** What others keep below `.local`, and may be working with: the account, `sls offline`, and where Node.js 24 is. */
const OF_OTHERS = ['account', 'offline', 'node24-path'];

/** Removes a local cloud's data. The lock stays, which this process holds. */
export function emptyDataDir(dataDir: string): void {
  for (const name of readdirSync(dataDir)) {
    if (LOCK_FILES.includes(name) || OF_OTHERS.includes(name)) continue;
    rmSync(join(dataDir, name), { recursive: true, force: true });
  }
}
