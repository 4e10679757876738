import { resolve } from 'node:path';
import { HELP, parseOptions } from './start-options.mjs';
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from '../workspace/local-cloud.ts';
import { sayLastWords } from './last-words.ts';
import { terminal } from './terminal.ts';

const FORCED = 130;
/** One Ctrl-C may arrive twice, from the terminal and from the script that started this process. */
const SAME_SIGNAL_MS = 500;

/**
 * Runs the local cloud until this process is told to end, by the options of `npm start`.
 * @param special what no option of `npm start` says
 */
export function run(args: readonly string[], special: Pick<LocalCloudOptions, 'minuteMs'> = {}): void {
  main(args, special).catch(fail);
}

async function main(args: readonly string[], special: Pick<LocalCloudOptions, 'minuteMs'>): Promise<void> {
  const options = parseOptions([...args]);
  if (options.help) return void process.stdout.write(HELP);
  process.env['TZ'] = 'UTC';
  const screen = terminal(options);
  const root = process.cwd();
  let starting: Promise<LocalCloud | undefined> = Promise.resolve(undefined);
  let endingSince: number | undefined;
  const end = (): void => {
    if (endingSince !== undefined) {
      if (Date.now() - endingSince > SAME_SIGNAL_MS) process.exit(FORCED);
      return;
    }
    endingSince = Date.now();
    screen.ending();
    void starting
      .then((running) => running?.stop())
      .then(() => process.exit(0))
      .catch((error: unknown) => fail(error));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  let isReady = false;
  // Nobody is left to wait for the start to come to its end; whatever it has begun withstands a kill.
  process.on('disconnect', () => (isReady ? end() : process.exit(0)));
  sayLastWords({
    say: (message) => screen.log('error', message),
    stop: () => starting.then((running) => running?.stop()),
  });

  const started = startLocalCloud({
    root,
    dataDir: resolve(root, options.data),
    port: options.port,
    callers: options.callers,
    fresh: options.fresh,
    watch: options.watch,
    log: screen.log,
    progress: screen.progress,
    ...(options.only !== undefined && { only: options.only }),
    ...special,
  });
  starting = started;
  screen.ready(await started);
  isReady = true;
}

function fail(error: unknown): never {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
