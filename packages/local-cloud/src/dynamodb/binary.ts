import { exec, execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { CloudLog } from '../ports.ts';

const INSTALL_DEADLINE_MS = 120_000;
/** The platforms that the emulator is published for. Source: npm/dynoxide/platforms.json of nubo-db/dynoxide. */
const PLATFORMS = ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64', 'win32-x64'];
const REPOSITORY_ROOT = resolve(import.meta.dirname, '../../../..');
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
  if (!PLATFORMS.includes(name)) {
    throw new Error(`Dynoxide, the DynamoDB emulator, is not published for ${name}. ${OTHER_ENDPOINT}`);
  }
  const installed = resolveBinary(name);
  if (installed !== undefined) return installed;
  const specifier = `@dynoxide/${name}@${version()}`;
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

const OTHER_ENDPOINT =
  'Or start any other DynamoDB, such as DynamoDB Local in Docker, and name it: DURE_DYNAMODB_ENDPOINT=http://localhost:8000';

function resolveBinary(name: string): string | undefined {
  try {
    const folder = dirname(require.resolve(`@dynoxide/${name}/package.json`));
    return join(folder, name.startsWith('win32') ? 'dynoxide.exe' : 'dynoxide');
  } catch {
    return undefined;
  }
}

function version(): string {
  const manifest = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../package.json'), 'utf8')) as {
    optionalDependencies: Record<string, string>;
  };
  const pinned = manifest.optionalDependencies['@dynoxide/linux-x64'];
  if (pinned === undefined) throw new Error('package.json of local-cloud pins no version of @dynoxide/linux-x64.');
  return pinned;
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
