import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkUnused } from '@dure/conventions/check-unused';
import { applyEdits } from '@dure/create-service/apply';
import { namesFor } from '@dure/create-service/names';
import { planService } from '@dure/create-service/plan';
import { generateContracts, runQuietly, updateLock } from '@dure/create-service/steps';
import { filesOf, whyNotClean } from './git.ts';
import { parseOptions } from './options.mjs';
import { planEjection, type Shop } from './plan.ts';
import { withoutPackages } from './registers.ts';

const EXAMPLE = namesFor('example', 'entry');
const SHOP = join(import.meta.dirname, '..', 'shop.json');

const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function main(): Promise<void> {
  const { yes } = parseOptions(process.argv.slice(2));
  const root = process.cwd();
  const dirty = whyNotClean(root);
  if (dirty !== undefined && !yes) throw new Error(`${dirty}\nTo continue anyway: npm run eject -- --yes`);
  const shop = JSON.parse(readFileSync(SHOP, 'utf8')) as Shop;
  const files = filesOf(root).filter((file) => existsSync(join(root, file)));
  const { removed, changed } = await planEjection(root, shop, files);
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ending.abort());
  try {
    say(`Removing ${removed.length} files and folders: the services ${shop.services.join(', ')}, and`);
    for (const path of shop.paths) say(`  ${path}`);
    for (const path of removed) rmSync(join(root, path), { recursive: true, force: true });
    say('Removing the shop from:');
    for (const [path, text] of changed) {
      say(`  ${path}`);
      writeFileSync(join(root, path), text);
    }
    removeUnused(root);
    say(`Creating services/${EXAMPLE.service} as npm run new-service does.`);
    await applyEdits(root, await planService(root, EXAMPLE), {
      generateContracts: () => generateContracts(ending.signal),
      updateLock: () => updateLock(ending.signal),
    });
    const decisions = [join('packages', 'conventions', 'src', 'cli.mjs'), 'decisions', '--write'];
    await runQuietly(process.execPath, decisions, ending.signal);
  } catch (error) {
    const back = dirty === undefined ? '\nTo undo this: git reset --hard && git clean -fd' : '';
    throw new Error(`${(error as Error).message}${back}`, { cause: error });
  }
  say(`
The shop is removed. Nothing is committed. To undo this: git reset --hard && git clean -fd

Next:
  npm test
  npm start
  npm run new-service NAME
Then read docs/your-own.md.`);
}

/** Removes the dependencies that only the shop used. */
function removeUnused(root: string): void {
  for (const [manifest, unused] of Map.groupBy(checkUnused(root).unused, (found) => found.manifest)) {
    const path = join(root, manifest);
    const names = unused.map(({ dependency }) => dependency);
    say(`  ${manifest}: ${names.join(', ')}`);
    writeFileSync(path, withoutPackages(readFileSync(path, 'utf8'), names, []));
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
