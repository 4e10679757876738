import type { Target } from './target.ts';

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 60_000;
/** Lambda's longest run: a target that has not answered by then never will. */
const ATTEMPT_DEADLINE_MS = 15 * 60_000;

/** The limit of the retry policy that an event has reached after `attempts` failures, in AWS's name for it. */
export function exhaustedBy(attempts: number, { maxRetries }: Target, tooOld: boolean): string | undefined {
  if (attempts > maxRetries) return 'MaximumRetryAttempts';
  return tooOld ? 'MaximumEventAgeInSeconds' : undefined;
}

/** Between half and all of the delay, in ms, that doubles with each attempt. */
export function retryDelay(attempts: number): number {
  const delay = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempts - 1));
  return delay * (0.5 + Math.random() / 2);
}

/** Settles as the attempt does, or rejects after Lambda's longest run. An attempt does not keep the process alive. */
export function withAttemptDeadline(attempt: Promise<void>): Promise<void> {
  return withDeadline(attempt, ATTEMPT_DEADLINE_MS, (timer) => timer.unref());
}

/** Settles as `work` does, or rejects after `ms`. */
export async function withDeadline(
  work: Promise<void>,
  ms: number,
  onTimer: (timer: NodeJS.Timeout) => void = () => undefined,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${ms / 1000} s`)), ms);
    onTimer(timer);
  });
  try {
    await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

/** An error that no retry can mend. */
export function permanent(code: string, message: string): Error {
  return Object.assign(new Error(message), { code, retryable: false });
}

export function isRetryable(error: unknown): boolean {
  return !(error instanceof Error && 'retryable' in error && error.retryable === false);
}

export function messageOf(error: unknown): string {
  return (error instanceof Error && error.message) || String(error) || 'unknown';
}

export function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof code === 'string' && code !== '') return code;
  return error instanceof Error ? error.name : 'Error';
}
