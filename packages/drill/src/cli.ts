import { randomInt } from 'node:crypto';
import { main } from './main.ts';
import { HELP, parseOptions } from './options.ts';

try {
  const options = parseOptions(process.argv.slice(2), () => randomInt(1_000_000));
  if (options.help) process.stdout.write(HELP);
  else process.exitCode = (await main(options)) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
