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
  refuseSwallowed(name, args, help);
  if (parse?.(args).help) return void process.stdout.write(help);
  check?.();
  await installIfNeeded();
  process.exitCode = await runNode24([...nodeOptions, join(ROOT, entry), ...first, ...args], environment);
}

/** npm has these for itself, and people may have set them for good. */
const NPMS_OWN = ['force', 'help', 'json', 'verbose'];

/** Without two hyphens before it, npm takes an option for its own, and the command would run as if it were not there. */
function refuseSwallowed(name, args, help = '') {
  const options = [...help.matchAll(/--([a-z][a-z-]*)/g)].map(([, option]) => option);
  const swallowed = options.find(
    (option) =>
      !NPMS_OWN.includes(option) &&
      !args.includes(`--${option}`) &&
      process.env[`npm_config_${option.replaceAll('-', '_')}`] !== undefined,
  );
  if (swallowed === undefined) return;
  const command = name === 'start' ? 'npm start' : `npm run ${name}`;
  throw new Error(
    `npm took --${swallowed} for itself. Options of the command follow two hyphens: ${command} -- --${swallowed} …`,
  );
}

main(process.argv.slice(2)).catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
