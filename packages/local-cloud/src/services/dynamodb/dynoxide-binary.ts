import { exec, execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { CloudLog } from '../../shared/types.ts';
import { dynoxidePackage, OTHER_ENDPOINT } from './platform.mjs';

const INSTALL_DEADLINE_MS = 120_000;
const REPOSITORY_ROOT = resolve(import.meta.dirname, '../../../../..');
const require = createRequire(import.meta.url);

export interface Platform {
  readonly platform: string;
  readonly arch: string;
}

/**
 * The path of the Dynoxide binary for this machine. Installs its npm package once when it is missing.
 * @throws Error that says what to do, when there is none for this machine or the installation fails
 */
export async function findBinary(
  log: CloudLog,
  { platform, arch }: Platform = process,
  install: (specifier: string) => Promise<void> = npmInstall,
): Promise<string> {
  const name = `${platform}-${arch}`;
  const specifier = dynoxidePackage(name);
  const installed = resolveBinary(name);
  if (installed !== undefined) return installed;
  log('info', `Installing the DynamoDB emulator ${specifier}`);
  try {
    await install(specifier);
  } catch (error) {
    throw new Error(
      `The DynamoDB emulator ${specifier} could not be installed (${(error as Error).message}). ` +
        `Run "npm install --no-save ${specifier}" in ${REPOSITORY_ROOT} and start again. ${OTHER_ENDPOINT}`,
      { cause: error },
    );
  }
  const binary = resolveBinary(name);
  if (binary === undefined) throw new Error(`${specifier} was installed but holds no binary. ${OTHER_ENDPOINT}`);
  return binary;
}

function resolveBinary(name: string): string | undefined {
  try {
    const folder = dirname(require.resolve(`@dynoxide/${name}/package.json`));
    return join(folder, name.startsWith('win32') ? 'dynoxide.exe' : 'dynoxide');
  } catch {
    return undefined;
  }
}

/** `--no-save` leaves the lock file alone, which names the package of one platform only. */
async function npmInstall(specifier: string): Promise<void> {
  const parameters = ['install', '--no-save', '--no-audit', '--no-fund', specifier];
  const options = { cwd: REPOSITORY_ROOT, timeout: INSTALL_DEADLINE_MS };
  const npm = process.env['npm_execpath'];
  if (npm !== undefined) await promisify(execFile)(process.execPath, [npm, ...parameters], options);
  // Windows has npm as a script, which only a shell runs; the parameters are constants of this file.
  else await promisify(exec)(`npm ${parameters.join(' ')}`, options);
}
