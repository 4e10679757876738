import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { markdownTable } from '../support/markdown-table.ts';
import { type Account, startAccount } from '../support/account.ts';
import { code } from '../support/code.ts';
import type { Example } from './check.ts';
import { type Deployed, deployedIn, failureOf } from './deployed.ts';
import { EXAMPLES } from './examples.ts';
import { lacksSdk2, prepare } from './prepare.ts';
import { run } from '../support/run-command.ts';

export interface Tried {
  readonly name: string;
  readonly state: 'answers' | 'deploys' | 'does not deploy';
  /** Why it does not answer or deploy. */
  readonly reason: string;
}

const DEPLOY_DEADLINE_MS = 180_000;
const AT_ONCE = 2;
/** On AWS such an example fails likewise. */
const NO_SDK_2 = 'needs version 2 of the SDK, which its package.json does not name; ';
const UNCHECKED: Example = { checks: [] };
const SERVERLESS = join(
  createRequire(import.meta.url).resolve('serverless/package.json'),
  '..',
  'bin',
  'serverless.js',
);

/** The Node examples for AWS of a checkout. */
export const examplesIn = (root: string): string[] =>
  readdirSync(root)
    .filter((name) => /^aws-node(-|$)/.test(name))
    .toSorted();

/** Deploys each example to an account of its own and asks it what its README says. */
export async function tryExamples(
  root: string,
  work: string,
  only: string,
  onTried: (tried: Tried) => void,
): Promise<void> {
  const left = examplesIn(root).filter((name) => name.includes(only));
  const lane = async (): Promise<void> => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) onTried(await tryExample(root, work, name));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

async function tryExample(root: string, work: string, name: string): Promise<Tried> {
  const example = EXAMPLES[name] ?? UNCHECKED;
  const account = await startAccount();
  try {
    let deployed: Deployed | undefined;
    for (const service of example.services ?? ['.']) {
      const folder = join(work, name, service);
      await prepare(join(root, name, service), folder, example);
      deployed = deployedIn(await deploy(folder, account, example));
    }
    const answered = await answers(example, deployed, account);
    const sdk = answered.state === 'deploys' && lacksSdk2(join(work, name));
    return { name, ...answered, reason: `${sdk ? NO_SDK_2 : ''}${answered.reason}` };
  } catch (error) {
    return { name, state: 'does not deploy', reason: (error as Error).message };
  } finally {
    await account.end();
  }
}

async function answers(
  example: Example,
  deployed: Deployed | undefined,
  account: Account,
): Promise<Omit<Tried, 'name'>> {
  if (deployed === undefined || example.checks.length === 0) {
    return { state: 'deploys', reason: 'not asked: it needs a service outside of AWS, or its README names no answer' };
  }
  for (const check of example.checks) {
    try {
      const failure = await failureOf(check, deployed, account);
      if (failure !== undefined) return { state: 'deploys', reason: failure };
    } catch (error) {
      return { state: 'deploys', reason: (error as Error).message };
    }
  }
  return { state: 'answers', reason: '' };
}

async function deploy(folder: string, account: Account, { environment = {} }: Example): Promise<string> {
  const file = ['serverless.yml', 'serverless.yaml'].map((name) => join(folder, name)).find((path) => existsSync(path));
  if (file === undefined) throw new Error('There is no serverless.yml.');
  const region = readFileSync(file, 'utf8').match(/^ {2}region:/m) === null ? ['--region', 'us-east-1'] : [];
  const options = ['--stage', 'dev', ...region];
  return run(process.execPath, [SERVERLESS, 'deploy', ...options], {
    ...{ cwd: folder, deadlineMs: DEPLOY_DEADLINE_MS },
    environment: {
      ...{ AWS_ENDPOINT_URL: account.url, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
      ...{ SLS_AWS_MONITORING_FREQUENCY: '300', SLS_TELEMETRY_DISABLED: '1' },
      ...environment,
    },
  });
}

/** How many examples deploy and answer, and why the others do not. */
export function examplesSection(tried: readonly Tried[], commit: string): string {
  const count = (...states: string[]): string => String(tried.filter(({ state }) => states.includes(state)).length);
  const table = markdownTable(
    ['Node examples for AWS', 'deploy', 'answer'],
    [[String(tried.length), count('deploys', 'answers'), count('answers')]],
  );
  const list = tried
    .filter(({ state }) => state !== 'answers')
    .map(({ name, state, reason }) => `- ${code(name)} ${state}: ${code(reason)}`)
    .toSorted();
  return [
    `The checkout of serverless/examples was at ${commit}.`,
    table,
    'These do not answer:',
    list.join('\n') || '- none',
  ].join('\n\n');
}
