import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { markdownTable } from '../support/markdown-table.ts';
import { startAccount } from '../support/account.ts';
import { code } from '../support/code.ts';
import { SDK_V2, installed } from '../support/installed.ts';
import type { Example } from './check.ts';
import type { Deployed } from './deployed.ts';
import { EXAMPLES } from './examples.ts';
import { deploy } from './framework.ts';
import { lacksSdk2, prepare } from './prepare.ts';

export interface Tried {
  readonly name: string;
  readonly state: 'answers' | 'deploys' | 'does not deploy';
  /** Why it does not answer or deploy. */
  readonly reason: string;
  /** Whether its functions found version 2 of the SDK beside them, as in the runtimes that brought it. */
  readonly sdk2: boolean;
}

const AT_ONCE = 2;
const UNCHECKED: Example = {};
const NO_ANSWER = 'its README names no answer';

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
  const sdk2 = lacksSdk2(join(root, name));
  const account = await startAccount(sdk2 ? await installed(SDK_V2, work) : undefined);
  try {
    let deployed: Deployed | undefined;
    for (const service of example.services ?? ['.']) {
      const folder = join(work, name, service);
      await prepare(join(root, name, service), folder, example);
      deployed = await deploy(folder, account, example, work);
    }
    return { name, sdk2, ...(await answers(example, deployed)) };
  } catch (error) {
    return { name, sdk2, state: 'does not deploy', reason: (error as Error).message };
  } finally {
    await account.end();
  }
}

async function answers(
  { checks = [], unasked = NO_ANSWER }: Example,
  deployed: Deployed | undefined,
): Promise<Pick<Tried, 'state' | 'reason'>> {
  if (deployed === undefined || checks.length === 0) return { state: 'deploys', reason: `not asked: ${unasked}` };
  for (const check of checks) {
    const failure = await check(deployed).catch((error: unknown) => (error as Error).message);
    if (failure !== undefined) return { state: 'deploys', reason: failure };
  }
  return { state: 'answers', reason: '' };
}

/** How many examples deploy and answer, and why the others do not. */
export function examplesSection(tried: readonly Tried[], commit: string): string {
  const count = (...states: string[]): string => String(tried.filter(({ state }) => states.includes(state)).length);
  const answering = tried.filter(({ state }) => state === 'answers');
  const table = markdownTable(
    ['Node examples for AWS', 'deploy', 'answer', 'of these with SDK 2 beside them'],
    [
      [
        String(tried.length),
        count('deploys', 'answers'),
        count('answers'),
        String(answering.filter(({ sdk2 }) => sdk2).length),
      ],
    ],
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
