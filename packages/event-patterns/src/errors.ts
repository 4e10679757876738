/** A pattern that EventBridge refuses. AWS appends the position in the text, which is left out. */
export class InvalidPatternError extends Error {
  readonly code = 'InvalidEventPatternException';
  readonly reason: string;

  constructor(reason: string) {
    super(`Event pattern is not valid. Reason: ${reason}`);
    this.name = this.code;
    this.reason = reason;
  }
}

export const invalidPattern = (reason: string): InvalidPatternError => new InvalidPatternError(reason);

/** An input transformer that EventBridge refuses. */
export class InvalidTransformerError extends Error {
  readonly code = 'ValidationException';
  override readonly name = this.code;
}
