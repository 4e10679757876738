import { stopOnUncaughtErrors } from './uncaught-errors.ts';

interface Running {
  stop(): Promise<void>;
}

/** What a process does from its start until a signal ends it. */
export interface Program<T extends Running> {
  start(): Promise<T>;
  onReady(running: T): void;
  /** Called once, before what runs is stopped. */
  onStopping(): void;
  onError(message: string): void;
}

const FORCED = 130;
/** One Ctrl-C may arrive twice, from the terminal and from the script that started this process. */
const SAME_SIGNAL_MS = 500;

/** Runs until a signal ends this process, or the process that started it goes away. A second signal forces the end. */
export async function runUntilStopped<T extends Running>(program: Program<T>): Promise<void> {
  process.env['TZ'] = 'UTC';
  let starting: Promise<T | undefined> = Promise.resolve(undefined);
  let isReady = false;
  let endingSince: number | undefined;
  const stop = (): Promise<void> => starting.then((running) => running?.stop());
  const end = (): void => {
    if (endingSince !== undefined) {
      if (Date.now() - endingSince > SAME_SIGNAL_MS) process.exit(FORCED);
      return;
    }
    endingSince = Date.now();
    program.onStopping();
    void stop().then(() => process.exit(0), fail);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  // Nobody is left to wait for the start to come to its end; whatever it has begun withstands a kill.
  process.on('disconnect', () => (isReady ? end() : process.exit(0)));
  stopOnUncaughtErrors({ onError: program.onError, stop });

  const started = program.start();
  starting = started;
  program.onReady(await started);
  isReady = true;
}

/** Says why in a sentence, and ends the process. */
export function fail(error: unknown): never {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
