import { resolve } from 'node:path';
import { type LocalCloudOptions, startLocalCloud } from '../workspace/local-cloud.ts';
import { openDebugger } from './debugger.ts';
import { fail, runUntilStopped } from './run-until-stopped.ts';
import { DATA, HELP, parseOptions } from './start-options.mjs';
import { terminal } from './terminal.ts';

/**
 * Runs the local cloud until this process is stopped, with the options of `npm start`.
 * @param special what no option of `npm start` sets
 */
export function run(args: readonly string[], special: Pick<LocalCloudOptions, 'minuteMs'> = {}): void {
  main(args, special).catch(fail);
}

async function main(args: readonly string[], special: Pick<LocalCloudOptions, 'minuteMs'>): Promise<void> {
  const { help, json, verbose, data, ...options } = parseOptions([...args]);
  if (help) return void process.stdout.write(HELP);
  const screen = terminal({
    ...{ json, verbose },
    ...(options.only !== undefined && { only: options.only }),
    ...(data !== DATA && { data }),
  });
  const root = process.cwd();
  if (options.inspect !== undefined) {
    const { inspect } = options;
    process.stderr.write(`Attach a debugger to ${openDebugger()} for ${inspect.join(', ')}: docs/debugging.md\n`);
  }
  const { log, progress } = screen;
  await runUntilStopped({
    start: () => startLocalCloud({ root, dataDir: resolve(root, data), ...options, log, progress, ...special }),
    onReady: screen.ready,
    onStopping: screen.stopping,
    onError: (message) => log('error', message),
  });
}
