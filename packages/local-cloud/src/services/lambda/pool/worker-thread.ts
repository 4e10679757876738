import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import type { InvokeResult } from '../../../shared/types.ts';
import { KILLED } from './kill-before-write.mjs';
import type { FunctionConfig, FunctionFaults, FunctionOutput } from './function-config.ts';

type Failure = Extract<InvokeResult, { ok: false }>;
type FailureDetails = Omit<Failure, 'ok'>;
type WorkerMessage = { ready: true } | { initError: FailureDetails } | { payload: string } | { error: FailureDetails };

/** A machine that starts many workers at once needs longer than the 10 s that Lambda gives the init phase. */
const INIT_TIMEOUT_MS = 30_000;
/** V8 gives a thread up to 48 MB of young generation, which a handler never needs. */
const YOUNG_GENERATION_MB = 4;

export interface WorkerThread {
  /** Resolves when the handler's module is loaded, or has failed to. Never rejects. */
  readonly ready: Promise<void>;
  /** Answers one invocation. One at a time. Never rejects. */
  invoke(event: string): Promise<InvokeResult>;
  terminate(): Promise<void>;
  /** Set when the thread can take no further invocation. */
  readonly dead: boolean;
  idleSince: number;
  /** Its code is out of date: it ends after the invocation it is in. */
  stale: boolean;
  /** Whether it was ever invoked. */
  used: boolean;
}

/**
 * One execution environment of a function, as a worker thread. Errors of the handler come back as Lambda's Invoke API
 * tells them; a crash, an exit or a time-out ends the thread and comes back in the same way.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html
 */
export function startWorkerThread(
  config: FunctionConfig,
  output: FunctionOutput,
  faults?: FunctionFaults,
): WorkerThread {
  const worker = new Worker(new URL('worker.mjs', import.meta.url), {
    env: faults?.environment(config.environment) ?? config.environment,
    workerData: { modulePath: config.modulePath, handler: config.handler },
    stdout: true,
    stderr: true,
    resourceLimits: {
      maxYoungGenerationSizeMb: YOUNG_GENERATION_MB,
      maxOldGenerationSizeMb: config.memoryMegabytes,
    },
  });
  let settle: ((outcome: InvokeResult) => void) | undefined;
  let initFailure: Failure | undefined;
  let reportReady: () => void = () => {};
  const ready = new Promise<void>((resolve) => (reportReady = resolve));

  const thread = { ready, invoke, terminate, dead: false, idleSince: Date.now(), stale: false, used: false };
  const end = (failure: FailureDetails): void => {
    thread.dead = true;
    initFailure ??= { ok: false, ...failure };
    reportReady();
    settle?.({ ok: false, ...failure });
  };

  worker.on('message', (message: WorkerMessage) => {
    if ('ready' in message) reportReady();
    else if ('initError' in message) end(message.initError);
    else if ('error' in message) settle?.({ ok: false, ...message.error });
    else settle?.({ ok: true, payload: JSON.parse(message.payload) });
  });
  worker.on('error', (error) =>
    end({ errorType: error.name, errorMessage: error.message, stackTrace: error.stack?.split('\n') ?? [] }),
  );
  worker.on('exit', (code) => {
    if (code === KILLED) faults?.died(config.name);
    end({ errorType: 'Runtime.ExitError', errorMessage: `Runtime exited with error: exit status ${code}` });
  });
  createInterface({ input: worker.stdout }).on('line', (line) => output(config, 'stdout', line));
  createInterface({ input: worker.stderr }).on('line', (line) => output(config, 'stderr', line));
  const initTimer = setTimeout(() => {
    end({ errorType: 'Sandbox.Timedout', errorMessage: `Init timed out after ${INIT_TIMEOUT_MS / 1000} seconds` });
    void terminate();
  }, INIT_TIMEOUT_MS);
  void ready.then(() => clearTimeout(initTimer));

  async function invoke(event: string): Promise<InvokeResult> {
    await ready;
    if (initFailure !== undefined) {
      void terminate();
      return initFailure;
    }
    const requestId = randomUUID();
    const milliseconds = config.timeoutSeconds * 1000;
    const answered = new Promise<InvokeResult>((resolve) => (settle = resolve));
    const timer = setTimeout(() => {
      const after = config.timeoutSeconds.toFixed(2);
      const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${after} seconds`;
      end({ errorType: 'Sandbox.Timedout', errorMessage });
      void terminate();
    }, milliseconds);
    const context = contextOf(config, requestId);
    const [death, skewMs] = [faults?.death(config.name), faults?.skewMs(config.name) ?? 0];
    worker.postMessage({ event, context, milliseconds, death, skewMs });
    const outcome = await answered;
    clearTimeout(timer);
    settle = undefined;
    return outcome;
  }

  async function terminate(): Promise<void> {
    thread.dead = true;
    await worker.terminate();
  }

  return thread;
}

function contextOf(config: FunctionConfig, requestId: string): object {
  return {
    awsRequestId: requestId,
    functionName: config.name,
    functionVersion: config.version ?? '$LATEST',
    invokedFunctionArn: config.arn,
    logGroupName: `/aws/lambda/${config.name}`,
    logStreamName: 'local',
    memoryLimitInMB: String(config.memoryMegabytes),
  };
}
