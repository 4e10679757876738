/** What a person can do about an error of the machine, by its code. Source: https://nodejs.org/api/os.html#posix-error-constants */
const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full. Make room and start again; what was answered is kept.',
  EDQUOT: 'The disk quota is used up. Make room and start again; what was answered is kept.',
  EROFS: 'The disk is read-only. Choose another folder with --data.',
  EMFILE: 'Too many files are open. Raise the limit (ulimit -n) and start again.',
};
/** Source: https://www.sqlite.org/rescode.html#full */
const SQLITE_FULL = 13;
const STOP_DEADLINE_MS = 5_000;

export interface UncaughtErrorOptions {
  onError(message: string): void;
  /** Ends what runs, as far as it still can. */
  stop(): Promise<unknown>;
  exit?(code: number): void;
}

/**
 * Ends the process in order after an uncaught exception. Its state is unknown by then, so it reports the error in one
 * sentence, stops, and exits with 1. An unhandled rejection is reported and does not end the process, unless the cause
 * is the machine, such as a full disk.
 */
export function stopOnUncaughtErrors({ onError, stop, exit = process.exit }: UncaughtErrorOptions): void {
  let ending = false;
  const end = (error: unknown): void => {
    onError(`${sentenceOf(error)} Stopping.`);
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
    if (remedyOf(error) === undefined) onError(sentenceOf(error));
    else end(error);
  });
}

function sentenceOf(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return remedyOf(error) ?? `An unexpected error (${text}). Please report it.`;
}

function remedyOf(error: unknown): string | undefined {
  const { code, errcode } = (error ?? {}) as { readonly code?: unknown; readonly errcode?: unknown };
  const named = errcode === SQLITE_FULL ? 'ENOSPC' : String(code);
  return Object.hasOwn(REMEDIES, named) ? REMEDIES[named] : undefined;
}
