import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Example } from './check.ts';
import { run } from '../support/run-command.ts';

const INSTALL_DEADLINE_MS = 300_000;
const CONFIGURATION = /^serverless\.ya?ml$/;
/** Where a README asks its reader to fill something in. */
const FILLED_IN = /\.(?:ya?ml|js|ts|json)$/;
/** Runtimes of which AWS takes no new function, and neither does the account. */
const RETIRED = /\bnodejs(?:[468]|1[024])(?:\.\w+)?\b/g;
const ANY_NODE = /\bnodejs\d+(?:\.\w+)?\b/g;
/** The last runtime that brought version 2 of the SDK. */
const WITH_SDK_2 = 'nodejs16.x';

/** A copy of an example in `work`, ready to deploy. What was installed for it before is used again. */
export async function prepare(source: string, work: string, { files = {}, fill = {} }: Example): Promise<void> {
  mkdirSync(work, { recursive: true });
  for (const name of readdirSync(work)) {
    if (name !== 'node_modules') rmSync(join(work, name), { recursive: true, force: true });
  }
  cpSync(source, work, { recursive: true, filter: (path) => !path.includes('node_modules') });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(work, name), content);
  const sdk2 = lacksSdk2(source);
  for (const name of readdirSync(work).filter((name) => FILLED_IN.test(name))) {
    const text = readFileSync(join(work, name), 'utf8');
    writeFileSync(join(work, name), filledIn(CONFIGURATION.test(name) ? withRuntime(text, sdk2) : text, fill));
  }
  if (needsInstall(work)) await install(work);
  // The framework's command runs the copy that stands in a service's folder, if there is one: an older one than ours.
  for (const path of ['serverless', '.bin/serverless', '.bin/sls', '.bin/slss']) {
    rmSync(join(work, 'node_modules', path), { recursive: true, force: true });
  }
}

/**
 * A serverless.yml with a runtime that is there.
 * @param sdk2 whether the code needs version 2 of the SDK from the runtime
 */
export const withRuntime = (yaml: string, sdk2: boolean): string =>
  sdk2 ? yaml.replace(ANY_NODE, WITH_SDK_2) : yaml.replace(RETIRED, 'nodejs22.x');

/** @param fill placeholders with what stands for them */
export const filledIn = (text: string, fill: Readonly<Record<string, string>>): string =>
  Object.entries(fill).reduce((result, [placeholder, value]) => result.replaceAll(placeholder, value), text);

/**
 * Whether the code needs version 2 of the SDK without depending on it: the runtimes up to nodejs16.x brought it, for which
 * such code was written.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html
 */
export function lacksSdk2(folder: string): boolean {
  const file = join(folder, 'package.json');
  if (existsSync(file) && 'aws-sdk' in (readPackage(file).dependencies ?? {})) return false;
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[jt]s$/.test(name) && !name.includes('node_modules'))
    .some((name) => /(?:require\(|from )['"]aws-sdk/.test(readFileSync(join(folder, name), 'utf8')));
}

interface Package {
  readonly dependencies?: object;
  readonly devDependencies?: object;
}

const readPackage = (file: string): Package => JSON.parse(readFileSync(file, 'utf8')) as Package;

function needsInstall(work: string): boolean {
  const file = join(work, 'package.json');
  if (!existsSync(file) || existsSync(join(work, 'node_modules'))) return false;
  const { dependencies = {}, devDependencies = {} } = readPackage(file);
  return Object.keys({ ...dependencies, ...devDependencies }).length > 0;
}

async function install(work: string): Promise<void> {
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--legacy-peer-deps', '--prefer-offline'];
  await run('npm', ['install', ...options], { cwd: work, deadlineMs: INSTALL_DEADLINE_MS });
}
