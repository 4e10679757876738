import type { InvokeResult } from './invoke-result.ts';
import type { FunctionConfig, FunctionFaults, FunctionOutput } from './function-config.ts';
import { openFunctionLog, type Report } from './function-log.ts';
import type { FailureDetails, Host, HostMessage } from './host.ts';
import { startPython } from './python/start-python.ts';
import type { ResponseSink } from './response-sink.ts';
import { KILLED } from './runtime/kill-before-write.mjs';
import { isPython } from './runtimes.ts';
import { contextOf, traceIdOf, startWorker } from './start-worker.ts';

type Failure = Extract<InvokeResult, { ok: false }>;
type Ending = Pick<Report, 'status' | 'errorType'>;

/** A machine that starts many workers at once needs longer than the 10 s that Lambda gives the init phase. */
const INIT_TIMEOUT_MS = 30_000;

export interface InvokeOptions {
  /** The same for all attempts of an asynchronous invocation; a new one by default. */
  readonly requestId?: string | undefined;
  /** The ARN with the qualifier that was used. */
  readonly arn?: string | undefined;
  /** Takes the answer as it is written, if the handler streams it. By default all of it is the payload. */
  readonly sink?: ResponseSink | undefined;
  /** Takes the texts of the invocation's log events. */
  readonly onLog?: ((text: string) => void) | undefined;
  /** The trace that it belongs to, as `X-Amzn-Trace-Id` says it; one of its own by default. */
  readonly trace?: string | undefined;
}

export type Invocation = InvokeOptions & { readonly requestId: string; readonly sink: ResponseSink };

export interface WorkerThread {
  /** Resolves when the handler's module is loaded, or has failed to. Never rejects. */
  readonly ready: Promise<void>;
  /** Answers one invocation. One at a time. Never rejects. */
  invoke(event: string, invocation: Invocation): Promise<InvokeResult>;
  terminate(): Promise<void>;
  /** Set when the thread can take no further invocation. */
  readonly dead: boolean;
  idleSince: number;
  /** Its code is out of date: it ends after the invocation it is in. */
  stale: boolean;
  /** How often it was invoked. */
  uses: number;
}

/**
 * One execution environment of a function, as a worker thread. Errors of the handler come back as Lambda's Invoke API
 * has them; a crash, an exit or a time-out ends the thread and comes back in the same way. All of it is in the log.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html
 */
export function startWorkerThread(
  config: FunctionConfig,
  output: FunctionOutput,
  faults?: FunctionFaults,
): WorkerThread {
  const startedAt = performance.now();
  const log = openFunctionLog(config, output);
  let requestId = '';
  let memoryBytes = 0;
  let initDurationMs: number | undefined;
  let hasEnded = false;
  let settle: ((outcome: InvokeResult, ending?: Ending) => void) | undefined;
  let sink: ResponseSink | undefined;
  let initFailure: Failure | undefined;
  let reportReady: () => void = () => {};
  const ready = new Promise<void>((resolve) => (reportReady = resolve));
  const thread = { ready, invoke, terminate, dead: false, idleSince: Date.now(), stale: false, uses: 0 };

  /** Ends the environment; the invocation under way, if there is one, fails with it. */
  const end = (failure: FailureDetails, ending?: Ending): void => {
    if (hasEnded) return;
    hasEnded = true;
    thread.dead = true;
    initFailure ??= { ok: false, ...failure };
    reportReady();
    settle?.({ ok: false, ...failure }, ending ?? { status: 'error', errorType: failure.errorType });
  };

  const failInit = (failure: FailureDetails): void => {
    log.initFailed(performance.now() - startedAt, failure.errorType);
    end(failure);
  };

  /** An environment that ended by itself: Lambda says why, and nobody when it is shut down. */
  const gaveOut = (errorType: string, what: string, ending?: Ending): void => {
    if (hasEnded) return;
    const errorMessage = `RequestId: ${requestId} Error: ${what}`;
    const isTimeOut = ending?.status === 'timeout';
    const sentence = isTimeOut
      ? `${new Date().toISOString()} ${requestId} ${what}\n\n`
      : `${errorMessage}\n${errorType}\n`;
    if (!thread.dead) log.gaveOut(sentence);
    end({ errorType, errorMessage }, ending);
  };

  let worker: Host | undefined;
  try {
    worker = (isPython(config.runtime) ? startPython : startWorker)(config, log.stream, faults);
  } catch (error) {
    // Node.js does not take these NODE_OPTIONS.
    failInit({ errorType: 'Runtime.ExitError', errorMessage: String(error) });
  }
  worker?.on('message', (message: HostMessage) => {
    if ('log' in message) log.logged(message.log);
    else if ('written' in message) log.written(message.stream, message.written);
    else if ('chunk' in message) sink?.write(message.chunk);
    else if ('contentType' in message) sink?.begin(message.contentType);
    else if ('ready' in message) reportReady();
    else if ('initError' in message) failInit(message.initError);
    else if ('fatal' in message) end(message.fatal);
    else if ('error' in message) settle?.({ ok: false, ...message.error });
    else {
      memoryBytes = Math.max(memoryBytes, message.memoryBytes);
      settle?.({ ok: true, payload: 'payload' in message ? JSON.parse(message.payload) : sink?.text() });
    }
  });
  worker?.on('error', (error) => {
    if ((error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY') {
      memoryBytes = config.memoryMegabytes * 1024 * 1024;
      gaveOut('Runtime.OutOfMemory', 'Runtime exited with error: signal: killed (out of memory)');
    } else end({ errorType: error.name, errorMessage: error.message, stackTrace: error.stack?.split('\n') ?? [] });
  });
  worker?.on('exit', (code) => {
    if (code === KILLED) faults?.died(config.name);
    const how = code === 0 ? 'without providing a reason' : `with error: exit status ${code}`;
    gaveOut('Runtime.ExitError', `Runtime exited ${how}`);
  });
  /** A thread that a debugger holds does not time out. */
  const unlessInspected = (milliseconds: number, timedOut: () => void): NodeJS.Timeout | undefined =>
    config.inspected ? undefined : setTimeout(timedOut, milliseconds);
  const initTimer = unlessInspected(INIT_TIMEOUT_MS, () => {
    const seconds = INIT_TIMEOUT_MS / 1000;
    failInit({ errorType: 'Sandbox.Timedout', errorMessage: `Init timed out after ${seconds} seconds` });
    void terminate();
  });
  void ready.then(() => {
    initDurationMs = performance.now() - startedAt;
    clearTimeout(initTimer);
  });

  async function invoke(event: string, invocation: Invocation): Promise<InvokeResult> {
    await ready;
    requestId = invocation.requestId;
    log.started(requestId, invocation.onLog);
    const since = performance.now();
    const finish = (outcome: InvokeResult, ending: Ending = { status: 'success' }) => {
      const init = initDurationMs === undefined ? {} : { initDurationMs };
      log.ended(requestId, { durationMs: performance.now() - since, ...init, memoryBytes, ...ending });
      initDurationMs = undefined;
      return outcome;
    };
    if (initFailure !== undefined) {
      void terminate();
      return finish(initFailure, { status: 'error', errorType: initFailure.errorType });
    }
    sink = invocation.sink;
    const milliseconds = config.timeoutSeconds * 1000;
    const answered = new Promise<InvokeResult>((resolve) => {
      settle = (outcome, ending) => resolve(finish(outcome, ending));
    });
    const timer = unlessInspected(milliseconds, () => {
      gaveOut('Sandbox.Timedout', `Task timed out after ${config.timeoutSeconds.toFixed(2)} seconds`, {
        status: 'timeout',
      });
      void terminate();
    });
    const context = contextOf(config, requestId, log.stream, invocation.arn);
    const [death, skewMs] = [faults?.death(config.name), faults?.skewMs(config.name) ?? 0];
    worker?.postMessage({ event, context, milliseconds, death, skewMs, traceId: traceIdOf(invocation.trace) });
    const outcome = await answered;
    clearTimeout(timer);
    settle = undefined;
    return outcome;
  }

  async function terminate(): Promise<void> {
    thread.dead = true;
    await worker?.terminate();
  }

  return thread;
}
