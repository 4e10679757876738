import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { applyPlan } from './apply.ts';
import { namesFor } from './names.ts';
import { parseOptions } from './options.mjs';
import { planService } from './plan.ts';
import { Refusal } from './refusal.ts';
import { report } from './report.ts';
import { generateContracts, updateLock } from './steps.ts';

/** The shop's guide makes a service that hears of orders. Without the shop there is the other. */
const GUIDES = ['docs/new-service.md', 'docs/your-own.md'];

async function main(): Promise<void> {
  const { name, aggregate } = parseOptions(process.argv.slice(2));
  const root = process.cwd();
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ending.abort());
  const plan = await planService(root, namesFor(name, aggregate));
  const generated = await applyPlan(root, plan, {
    generateContracts: () => generateContracts(ending.signal),
    updateLock: () => updateLock(ending.signal),
  });
  const guide = GUIDES.find((path) => existsSync(join(root, path)));
  process.stdout.write(report(plan, generated, guide));
}

main().catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  const undone = error instanceof Refusal ? '' : 'Everything is as it was before.\n';
  process.stderr.write(`${message.trimEnd()}\n${undone}`);
  process.exitCode = 1;
});
