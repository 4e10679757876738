/** A function's answer, or how it failed, as in Lambda's Invoke API. */
export type InvokeResult =
  | { ok: true; payload: unknown }
  | {
      ok: false;
      errorType: string;
      errorMessage: string;
      stackTrace?: string[];
      /** The runtime's own words for the failure, where it has its own: Python's. */
      described?: object;
    };

/**
 * A failure as the Invoke API answers it: `trace` by Node.js, `requestId` and `stackTrace` by Python.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html
 */
export function errorPayload(failure: Extract<InvokeResult, { ok: false }>): object {
  const { errorType, errorMessage, stackTrace, described } = failure;
  return described ?? { errorType, errorMessage, ...(stackTrace !== undefined && { trace: stackTrace }) };
}
