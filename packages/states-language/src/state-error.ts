/** The most bytes of JSON that a state or a task may answer. */
export const MAX_DATA_BYTES = 262_144;

/**
 * A failure inside an execution, by its Amazon States Language name. `error` and `cause` are both absent when a
 * task was failed from outside without either.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
export class StateError extends Error {
  readonly error: string | undefined;
  readonly causeText: string | undefined;
  /** Further names that Retry and Catch may know this failure by. */
  readonly aliases: readonly string[];

  constructor(error: string | undefined, causeText?: string, aliases: readonly string[] = []) {
    super(causeText ?? error ?? 'The task failed.');
    this.error = error;
    this.causeText = causeText;
    this.aliases = aliases;
  }
}

/** A failure of a state's own expressions; the interpreter adds in which state it happened. */
export class EvaluationError extends StateError {
  /** The field with the expression, as histories name it: `Output/items`. */
  readonly location: string | undefined;

  constructor(error: string, causeText: string, location?: string) {
    super(error, causeText);
    this.location = location;
  }
}

/** The execution was stopped, timed out, or another branch failed: nothing of it may go on. */
export class Aborted extends Error {}

/** A path or a value that the definition promised is not there. Never retried nor caught, as on AWS. */
export function runtimeError(causeText: string): EvaluationError {
  return new EvaluationError('States.Runtime', causeText);
}

/** An expression in JSONata failed. Retry and Catch cover it, also by States.ALL. */
export function queryEvaluationError(causeText: string, location?: string): EvaluationError {
  return new EvaluationError('States.QueryEvaluationError', causeText, location);
}

/** What a result beyond 256 KiB fails with. */
export function dataLimitExceeded(subject: string): StateError {
  const cause = `The state/task '${subject}' returned a result with a size exceeding the maximum number of bytes service limit.`;
  return new StateError('States.DataLimitExceeded', cause);
}

/**
 * Whether a Retry's or Catch's `ErrorEquals` covers the failure. What breaks a limit of the data is covered by its own
 * name alone: no wildcard catches it, as on AWS.
 */
export function matchesError(errorEquals: readonly string[], failure: StateError): boolean {
  if (failure.error === 'States.Runtime') return false;
  if (failure.error === 'States.DataLimitExceeded') return errorEquals.includes(failure.error);
  return errorEquals.some((name) => {
    if (name === 'States.ALL') return true;
    if (name === 'States.TaskFailed') return failure.error !== 'States.Timeout';
    return name === failure.error || failure.aliases.includes(name);
  });
}
