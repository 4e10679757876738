/** What a person can do about an error of the machine, by its code. Source: https://nodejs.org/api/os.html#posix-error-constants */
const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full. Make room and start again; what had been answered is kept.',
  EDQUOT: 'The disk quota is used up. Make room and start again; what had been answered is kept.',
  EROFS: 'The disk can only be read. Choose another folder with --data.',
  EMFILE: 'Too many files are open. Raise the limit (ulimit -n) and start again.',
};
/** Source: https://www.sqlite.org/rescode.html#full */
const SQLITE_FULL = 13;
const STOP_DEADLINE_MS = 5_000;

export interface LastWords {
  say(message: string): void;
  /** Brings what is under way to its end, as far as that goes. */
  stop(): Promise<unknown>;
  exit?(code: number): void;
}

/**
 * Ends the process in an orderly way when something was thrown that nobody caught: by then its state is not known, so
 * that it says what happened in one sentence, stops, and exits with 1. A rejection that nobody handled is said, and what
 * runs goes on, unless it is the machine that gives out.
 */
export function sayLastWords({ say, stop, exit = process.exit }: LastWords): void {
  let ending = false;
  const end = (error: unknown): void => {
    say(`${sentenceOf(error)} Stopping.`);
    if (ending) return exit(1);
    ending = true;
    setTimeout(() => exit(1), STOP_DEADLINE_MS).unref();
    void stop().then(
      () => exit(1),
      () => exit(1),
    );
  };
  process.on('uncaughtException', end);
  process.on('unhandledRejection', (error) => {
    if (remedyOf(error) === undefined) say(sentenceOf(error));
    else end(error);
  });
}

function sentenceOf(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return remedyOf(error) ?? `Something failed that nothing here expects (${text}). Please report it.`;
}

function remedyOf(error: unknown): string | undefined {
  const { code, errcode } = (error ?? {}) as { readonly code?: unknown; readonly errcode?: unknown };
  const named = errcode === SQLITE_FULL ? 'ENOSPC' : String(code);
  return Object.hasOwn(REMEDIES, named) ? REMEDIES[named] : undefined;
}
