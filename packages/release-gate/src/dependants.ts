import { execFile } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Candidate, Check } from './gate.ts';
import { type Consumer, type Registry, RegistryUnknown, type Verdict } from './registry.ts';

/** Where the sources and tests of services are. */
export interface Workspace {
  /** The folder with the configuration of Jest. */
  readonly root: string;
  /** The folder of a service; undefined if it is in another repository. */
  folderOf(service: string): string | undefined;
  say(text: string): void;
  readonly signal?: AbortSignal;
}

/** A contract that a release changes, and who in the stage uses it. */
interface Changed {
  readonly release: Candidate;
  readonly contract: string;
  readonly major: number;
  readonly consumers: readonly Consumer[];
}

const LINES = 10;

/**
 * A release that changes no contract is a fix, and nothing is tested. For any other, the tests of the services that use
 * what has changed run against it: those that reach a file which names the contract. Only tests of this repository can
 * run; others are named.
 */
export const testDependants =
  (workspace: Workspace): Check =>
  async (registry, stage, releases) => {
    const changed = (await Promise.all(releases.map((release) => changedBy(registry, stage, release)))).flat();
    const reasons: Verdict['blockers'] = [];
    for (const [service, uses] of usesByService(changed)) reasons.push(...(await testsOf(workspace, service, uses)));
    for (const reason of reasons) await tell(workspace, registry, stage, reason);
    return reasons;
  };

const MAX_WHAT = 1000;

/** A failed test refuses the release, also when its owners cannot be reached. */
async function tell({ say }: Workspace, registry: Registry, stage: string, reason: Verdict['blockers'][number]) {
  const { contract, provider, consumer, what } = reason;
  const partyOf = ({ service, label }: { service: string; label: string }) => ({ service, label });
  try {
    await registry.reportTestFailure({
      ...{ stage, contract, provider: partyOf(provider!), consumer: partyOf(consumer!) },
      what: what.slice(what.indexOf(': ') + 2).slice(0, MAX_WHAT),
    });
  } catch (error) {
    if (!(error instanceof RegistryUnknown)) throw error;
    say(`The owners of ${provider!.service} and ${consumer!.service} are not told: ${error.message}\n`);
  }
}

/** What a release provides in another form than the release that runs, or no longer. */
async function changedBy(registry: Registry, stage: string, release: Candidate): Promise<Changed[]> {
  const { running } = await registry.stage(stage);
  const before = running.filter(
    ({ service, label, state }) => service === release.service && label !== release.label && state === 'live',
  );
  const provided = (await Promise.all(before.map((it) => registry.contractsOf(it)))).flatMap((it) => it.provides);
  const changed = provided.filter(
    ({ contract, major, schema }) =>
      !release.manifest.provides.some((it) => it.contract === contract && it.major === major && it.schema === schema),
  );
  return Promise.all(
    changed.map(async ({ contract, major }) => {
      const consumers = await registry.consumersOf(stage, contract, major);
      const others = consumers.filter(({ service, state }) => service !== release.service && state !== 'draining');
      return { release, contract, major, consumers: others };
    }),
  );
}

interface Use extends Changed {
  readonly consumer: Consumer;
}

function usesByService(changed: readonly Changed[]): Map<string, Use[]> {
  const uses = changed.flatMap((it) => it.consumers.map((consumer): Use => ({ ...it, consumer })));
  return Map.groupBy(uses, ({ consumer }) => consumer.service);
}

async function testsOf(workspace: Workspace, service: string, uses: readonly Use[]): Promise<Verdict['blockers']> {
  const { root, say } = workspace;
  const contracts = [...new Set(uses.map(({ contract, major }) => `${contract}@${major}`))];
  const home = workspace.folderOf(service);
  const owner = uses[0]!.consumer.owner;
  if (home === undefined || !existsSync(join(root, 'jest.config.mjs'))) {
    say(`The tests of ${service} (${owner}), which uses ${contracts.join(', ')}, are not here and did not run.\n`);
    return [];
  }
  const files = filesNaming(home, uses);
  if (files.length === 0) {
    say(`No file of ${service} (${owner}) here names ${contracts.join(', ')}, so no test of it ran.\n`);
    return [];
  }
  say(`Testing ${service} (${owner}), which uses ${contracts.join(', ')} …\n`);
  const { failed, output } = await runTests(workspace, files);
  if (!failed) return [];
  say(`${output}\n`);
  return uses.map(({ release, contract, major, consumer }) => ({
    code: 'dependant-test-failed',
    contract: `${contract}@${major}`,
    consumer: { service, label: consumer.label, owner: consumer.owner },
    provider: { service: release.service, label: release.label, owner: release.manifest.owner.name },
    what: `Tests of ${service} (${consumer.owner}) fail with ${release.service} ${release.label} (${release.manifest.owner.name}): ${firstFailure(output)}`,
    remedy: `${release.manifest.owner.name} and ${consumer.owner}: run npm test -- --unit services/${service}, and agree who changes what.`,
  }));
}

/** The sources of a service that name one of the contracts, under the name by which its owner exports it. */
function filesNaming(folder: string, uses: readonly Changed[]): string[] {
  const names = uses.map(({ contract, major }) => `${contract.split('/')[1]}${major === 1 ? '' : `V${major}`}`);
  const pattern = new RegExp(`\\b(?:${[...new Set(names)].join('|')})\\b`);
  return globSync('src/**/*.ts', { cwd: folder })
    .map((file) => join(folder, file))
    .filter((file) => pattern.test(readFileSync(file, 'utf8')));
}

function runTests({ root, signal }: Workspace, files: readonly string[]): Promise<{ failed: boolean; output: string }> {
  const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const args = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', jest, '--selectProjects=unit'];
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [...args, '--passWithNoTests', '--findRelatedTests', ...files],
      { cwd: root, ...(signal && { signal }), maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => resolve({ failed: error !== null, output: `${stdout}${stderr}`.trim() }),
    );
  });
}

/** The names of tests that failed, as Jest prints them. */
const firstFailure = (output: string): string => {
  const names = [...output.matchAll(/^\s*● (.+)$/gm)].map(([, name = '']) => name);
  return [...new Set(names)].slice(0, LINES).join('; ') || 'they could not be run';
};
