import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { Example } from './check.ts';
import { run } from '../support/run-command.ts';

const INSTALL_DEADLINE_MS = 300_000;
const FILES = ['serverless.yml', 'serverless.yaml'];

/**
 * Lines that the framework of today does not take, whatever the cloud: version 3 and what ended with it (the flag of its
 * migration, the name of a service as an object, the dashboard's names, `include` and `exclude`), and runtimes that AWS
 * has retired. Callbacks, which many examples use, ended after nodejs22.x.
 */
const OF_TODAY: readonly (readonly [RegExp, string | ((found: string) => string)])[] = [
  [/^(\s*frameworkVersion:).*$/m, "$1 '4'"],
  [/^\s*lambdaHashingVersion:.*\n/m, ''],
  [/^service:\s*\n\s+name:\s*(.*)$/m, 'service: $1'],
  [/^(?:org|app|tenant):.*\n/gm, ''],
  [/^package:\n(?: +.*\n)+/m, patternsOf],
  [/\bnodejs(?:[468]|1[0-8])(?:\.\w+)?\b/g, 'nodejs22.x'],
];

/** A copy of an example in `work`, ready to deploy. What was installed for it before is used again. */
export async function prepare(source: string, work: string, { files = {}, fill = {} }: Example): Promise<void> {
  mkdirSync(work, { recursive: true });
  for (const name of readdirSync(work)) {
    if (name !== 'node_modules') rmSync(join(work, name), { recursive: true, force: true });
  }
  cpSync(source, work, { recursive: true, filter: (path) => !path.includes('node_modules') });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(work, name), content);
  for (const file of FILES.map((name) => join(work, name)).filter((path) => existsSync(path))) {
    writeFileSync(file, edited(readFileSync(file, 'utf8'), fill));
  }
  if (needsInstall(work)) await install(work);
  // The framework's command runs the copy that stands in a service's folder, if there is one: an older one than ours.
  for (const path of ['serverless', '.bin/serverless', '.bin/sls', '.bin/slss']) {
    rmSync(join(work, 'node_modules', path), { recursive: true, force: true });
  }
}

/** A serverless.yml as it is today, with its placeholders filled in. */
export function edited(yaml: string, fill: Readonly<Record<string, string>>): string {
  const current = OF_TODAY.reduce((text, [pattern, by]) => text.replace(pattern, by as string), yaml);
  return Object.entries(fill).reduce((text, [placeholder, value]) => text.replaceAll(placeholder, value), current);
}

/** `include` and `exclude` of a package are patterns since version 4. */
function patternsOf(section: string): string {
  if (!/^ {2}(include|exclude):/m.test(section)) return section;
  const { package: given } = parse(section) as { package: { include?: string[]; exclude?: string[] } };
  const { include = [], exclude = [], ...others } = given;
  // What is left out stands first: a later pattern has the last word.
  const patterns = [
    ...exclude.map((pattern) => (pattern.startsWith('!') ? pattern.slice(1) : `!${pattern}`)),
    ...include,
  ];
  return stringify({ package: { ...others, patterns } });
}

/** Whether the code needs version 2 of the SDK without naming it: Lambda's runtimes have not brought it since nodejs18.x. */
export function lacksSdk2(work: string): boolean {
  const file = join(work, 'package.json');
  if (existsSync(file) && readFileSync(file, 'utf8').includes('"aws-sdk"')) return false;
  return readdirSync(work, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[jt]s$/.test(name) && !name.includes('node_modules'))
    .some((name) => /(?:require\(|from )['"]aws-sdk/.test(readFileSync(join(work, name), 'utf8')));
}

function needsInstall(work: string): boolean {
  const file = join(work, 'package.json');
  if (!existsSync(file) || existsSync(join(work, 'node_modules'))) return false;
  const { dependencies = {}, devDependencies = {} } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, object>;
  return Object.keys({ ...dependencies, ...devDependencies }).length > 0;
}

async function install(work: string): Promise<void> {
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--legacy-peer-deps', '--prefer-offline'];
  await run('npm', ['install', ...options], { cwd: work, deadlineMs: INSTALL_DEADLINE_MS });
}
