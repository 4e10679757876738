/**
 * An error as an AWS service answers it: `code` becomes `__type`, which the SDKs turn into the error's `name`.
 * Source: https://docs.aws.amazon.com/general/latest/gr/api-error-handling.html
 */
export class AwsError extends Error {
  readonly code: string;
  readonly statusCode: number;
  /** What it says beside code and message: `CancellationReasons`. */
  readonly members: object;

  constructor(code: string, message: string, statusCode = 400, members: object = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.statusCode = statusCode;
    this.members = members;
  }
}

/** The error, or how a service answers what nobody expected. */
export function asAwsError(error: unknown, code = 'InternalFailure', statusCode = 500): AwsError {
  return error instanceof AwsError ? error : new AwsError(code, String(error), statusCode);
}
