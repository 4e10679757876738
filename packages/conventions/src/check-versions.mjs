import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

const CONFIGURATION = resolve(import.meta.dirname, '../../../.syncpackrc.json');

/** As in .syncpackrc.json. */
const AWS_SDK = /^@aws-sdk\/(client-|lib-|credential-providers$)/;

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
  const differing = status === 0 ? [] : outliers(root);
  const output = differing.length > 0 ? differing.join('\n') : `${stdout}${stderr}`.trim();
  return { consistent: status === 0, output };
}

/**
 * Which dependencies differ from the version of most, and what to set. syncpack would name all others too, when a new one
 * is higher.
 */
function outliers(root) {
  const entries = globSync('{,packages/*/,services/*/}package.json', { cwd: root }).flatMap((manifest) => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, manifest), 'utf8'));
    return Object.entries({ ...dependencies, ...devDependencies }).map(([name, version]) => ({
      manifest,
      name,
      version,
    }));
  });
  const groups = Map.groupBy(entries, ({ name }) => (AWS_SDK.test(name) ? 'the AWS SDK' : name));
  return [...groups].flatMap(([group, all]) => {
    const versions = [...Map.groupBy(all, ({ version }) => version)].sort(
      ([, one], [, other]) => other.length - one.length,
    );
    const [usual, ...others] = versions;
    // Without a majority only a person can choose.
    if (usual[1].length === others[0]?.[1].length) return [];
    return others.flatMap(([, differing]) =>
      differing.map(
        ({ manifest, name, version }) =>
          `${manifest}: ${name} is ${version}. Set it to ${usual[0]}, which most of ${group} has, and run npm install.`,
      ),
    );
  });
}
