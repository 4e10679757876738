import type { Death, FunctionLogEvent } from './function-config.ts';
import type { InvokeResult } from './invoke-result.ts';

export type FailureDetails = Omit<Extract<InvokeResult, { ok: false }>, 'ok'>;

/** What an execution environment says. */
export type HostMessage =
  | { readonly ready: true }
  | { readonly initError: FailureDetails }
  | { readonly fatal: FailureDetails }
  | { readonly payload: string; readonly memoryBytes: number }
  | { readonly streamed: true; readonly memoryBytes: number }
  | { readonly error: FailureDetails }
  | { readonly contentType: string }
  | { readonly chunk: Uint8Array }
  | { readonly log: Pick<FunctionLogEvent, 'time' | 'level' | 'text' | 'body'> }
  | { readonly written: Uint8Array; readonly stream: 'stdout' | 'stderr' };

/** One event for the handler. */
export interface HostInvocation {
  /** JSON. */
  readonly event: string;
  readonly context: HostContext;
  readonly milliseconds: number;
  readonly death: Death | undefined;
  /** By how many milliseconds its clock is ahead. */
  readonly skewMs: number;
  readonly traceId: string;
}

export interface HostContext {
  readonly awsRequestId: string;
  readonly invokedFunctionArn: string;
}

/** What a function's code runs in: a worker thread, or a process of another language. */
export interface Host {
  on(event: 'message', listener: (message: HostMessage) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
  postMessage(invocation: HostInvocation): void;
  terminate(): Promise<unknown>;
}
