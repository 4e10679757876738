import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

const CONFIGURATION = resolve(import.meta.dirname, '../../../.syncpackrc.json');

/**
 * Whether each package has one exact version in all package.json files below `root`, and all clients of the AWS SDK the
 * same one: by syncpack, with `.syncpackrc.json` of this repository.
 * @param {string} root folder of the root package.json
 * @returns {{ consistent: boolean, output: string }}
 */
export function checkVersions(root) {
  const manifest = createRequire(import.meta.url).resolve('syncpack/package.json');
  const command = [join(dirname(manifest), 'index.cjs'), 'lint', '--config', CONFIGURATION];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: root, encoding: 'utf8' });
  return { consistent: status === 0, output: `${stdout}${stderr}`.trim() };
}
