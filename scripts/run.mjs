#!/usr/bin/env node
/** Runs a command of commands.mjs: `npm start` is `node scripts/run.mjs start`. Installs what is missing first. */
import { join } from 'node:path';
import { COMMANDS } from './commands.mjs';
import { installIfNeeded } from './lib/install.mjs';
import { ROOT, runNode24 } from './lib/node24.mjs';

async function main([name = '', ...args]) {
  if (!Object.hasOwn(COMMANDS, name)) {
    throw new Error(`There is no command "${name}". There are ${Object.keys(COMMANDS).join(', ')}.`);
  }
  const { entry, args: first = [], nodeOptions = [], environment, parse, help, check } = COMMANDS[name];
  if (parse?.(args).help) return void process.stdout.write(help);
  check?.();
  await installIfNeeded();
  process.exitCode = await runNode24([...nodeOptions, join(ROOT, entry), ...first, ...args], environment);
}

main(process.argv.slice(2)).catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
