/** A function's answer, or how it failed, as in Lambda's Invoke API. */
export type InvokeResult =
  { ok: true; payload: unknown } | { ok: false; errorType: string; errorMessage: string; stackTrace?: string[] };
