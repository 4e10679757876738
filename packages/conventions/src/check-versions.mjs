import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * Whether each package has one version in all package.json files below `root`, by syncpack.
 * @param {string} root folder of the root package.json
 * @returns {{ consistent: boolean, output: string }}
 */
export function checkVersions(root) {
  const manifest = createRequire(import.meta.url).resolve('syncpack/package.json');
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(dirname(manifest), 'index.cjs'), 'lint'], {
    cwd: root,
    encoding: 'utf8',
  });
  return { consistent: status === 0, output: `${stdout}${stderr}`.trim() };
}
