import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { planAddition } from './add/plan.ts';
import { applyEdits, type Done, type Edits } from './apply.ts';
import { namesFor } from './names.ts';
import { type Options, parseOptions } from './options.mjs';
import { planFrom, planMock } from './plan-mock.ts';
import { planService } from './plan.ts';
import { Refusal } from './refusal.ts';
import { planRemoval, whatGitLacks } from './removal.ts';
import { noted, reportMock } from './report-mock.ts';
import { reportAdded, reportMade, reportPlan, reportRemoved } from './report.ts';
import { generateContracts, updateLock } from './steps.ts';

/** The shop's guide makes a service that consumes an event of orders. Without the shop there is the other. */
const GUIDES = ['docs/new-service.md', 'docs/your-own.md'];

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  const root = process.cwd();
  const { edits, report, notes = '' } = await plan(root, options);
  if (edits.made.size + edits.changed.size + edits.removed.length === 0) {
    return void process.stdout.write('All of it is there already. Nothing was changed.\n');
  }
  if (options.dryRun) {
    const lost = options.force || edits.removed.length === 0 ? undefined : whatGitLacks(root, edits.removed);
    return void process.stdout.write(`${reportPlan(edits, lost)}${notes}`);
  }
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ending.abort());
  const done = await applyEdits(root, edits, {
    generateContracts: () => generateContracts(ending.signal),
    updateLock: () => updateLock(ending.signal),
  });
  process.stdout.write(report(done));
}

interface Planned {
  readonly edits: Edits;
  report(done: Done): string;
  /** What of a document is left out or changed. */
  readonly notes?: string;
}

async function plan(
  root: string,
  { name, aggregate, from, mock, remove, force, dryRun, add }: Options,
): Promise<Planned> {
  if (remove) {
    const edits = await planRemoval(root, name, force || dryRun);
    return { edits, report: (done) => reportRemoved(name, edits, done) };
  }
  if (add !== undefined) {
    const { edits, name: added } = await planAddition(root, name, add);
    return { edits, report: (done) => reportAdded(name, add, added, edits, done) };
  }
  if (from !== undefined) {
    // npm runs a script in the root, wherever it was called.
    const file = resolve(process.env['INIT_CWD'] ?? root, from);
    const { converted, ...edits } = await planFrom(root, name, file);
    return { edits, report: (done) => reportMock(name, edits, done, converted), notes: noted(name, converted) };
  }
  if (mock === true) {
    const edits = await planMock(root, name);
    return { edits, report: (done) => reportMock(name, edits, done) };
  }
  const names = namesFor(name, aggregate);
  const edits = await planService(root, names);
  const guide = GUIDES.find((path) => existsSync(join(root, path)));
  return { edits, report: (done) => reportMade(names, edits, done, guide, runningCloud(root)) };
}

/** The process of the local cloud that runs on the usual data folder. */
function runningCloud(root: string): number | undefined {
  try {
    const { pid } = JSON.parse(readFileSync(join(root, '.local', 'instance.json'), 'utf8')) as { pid: number };
    process.kill(pid, 0);
    return pid;
  } catch {
    return undefined;
  }
}

main().catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  const undone = error instanceof Refusal ? '' : 'Everything is as it was before.\n';
  process.stderr.write(`${message.trimEnd()}\n${undone}`);
  process.exitCode = 1;
});
