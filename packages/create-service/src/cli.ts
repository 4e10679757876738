import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { applyEdits, type Edits } from './apply.ts';
import { namesFor } from './names.ts';
import { type Options, parseOptions } from './options.mjs';
import { planService } from './plan.ts';
import { Refusal } from './refusal.ts';
import { planRemoval } from './removal.ts';
import { reportMade, reportPlan, reportRemoved } from './report.ts';
import { generateContracts, updateLock } from './steps.ts';

/** The shop's guide makes a service that consumes an event of orders. Without the shop there is the other. */
const GUIDES = ['docs/new-service.md', 'docs/your-own.md'];

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  const root = process.cwd();
  const { edits, report } = await plan(root, options);
  if (options.dryRun) return void process.stdout.write(reportPlan(edits));
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ending.abort());
  const generated = await applyEdits(root, edits, {
    generateContracts: () => generateContracts(ending.signal),
    updateLock: () => updateLock(ending.signal),
  });
  process.stdout.write(report(generated));
}

interface Planned {
  readonly edits: Edits;
  report(generated: readonly string[]): string;
}

async function plan(root: string, { name, aggregate, remove, force }: Options): Promise<Planned> {
  if (remove) {
    const edits = await planRemoval(root, name, force);
    return { edits, report: (generated) => reportRemoved(name, edits, generated) };
  }
  const names = namesFor(name, aggregate);
  const edits = await planService(root, names);
  const guide = GUIDES.find((path) => existsSync(join(root, path)));
  return { edits, report: (generated) => reportMade(names, edits, generated, guide) };
}

main().catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  const undone = error instanceof Refusal ? '' : 'Everything is as it was before.\n';
  process.stderr.write(`${message.trimEnd()}\n${undone}`);
  process.exitCode = 1;
});
