import { randomUUID } from 'node:crypto';
import type { InvokeResult } from './invoke-result.ts';
import type { FunctionConfig, FunctionEnded, FunctionFaults, FunctionOutput } from './function-config.ts';
import { watchIdleCpu as watchMachine, type WatchIdleCpu } from './idle-cpu.ts';
import { createFunctionPool, type FunctionCounts, type FunctionPool } from './function-pool.ts';
import { collectingSink } from './response-sink.ts';
import type { InvokeOptions } from './worker-thread.ts';

export type {
  Death,
  FunctionConfig,
  FunctionEnded,
  FunctionFaults,
  FunctionLogEvent,
  FunctionOutput,
  Logging,
  Shortcut,
} from './function-config.ts';
export { errorPayload, type InvokeResult } from './invoke-result.ts';
export { loggingOf } from './logging.ts';
export type { ResponseSink } from './response-sink.ts';
export { checkRuntime, isPython } from './runtimes.ts';
export { lambdaEnvironment } from './start-worker.ts';
export type { InvokeOptions } from './worker-thread.ts';

export interface LambdaOptions {
  readonly output: FunctionOutput;
  readonly ended?: FunctionEnded;
  /** Invocations of one function in flight at most. Each is a thread of 25 to 35 MB. */
  readonly maxConcurrency?: number;
  readonly faults?: FunctionFaults;
  /** The machine's own by default. */
  readonly watchIdleCpu?: WatchIdleCpu;
}

export interface Lambda {
  /** Makes a function known, or another code and configuration of it; what is under way ends with the former. */
  register(config: FunctionConfig): void;
  /** Forgets a function: `orders-local-api`, or `orders-dev-api:3`. What is under way goes on to its end. */
  unregister(key: string): void;
  /** Sets a function's reserved concurrency, which all its versions share; undefined removes it. */
  reserve(name: string, concurrency: number | undefined): void;
  /** Invokes by name, ARN or qualified ARN. Rejects for an unknown function, when throttled and while shutting down. */
  invoke(functionName: string, payload: unknown, options?: InvokeOptions): Promise<InvokeResult>;
  find(functionName: string): FunctionConfig | undefined;
  warm(functionName: string): Promise<void>;
  /** The next invocation of these functions reloads their code. */
  recycle(functionNames: readonly string[]): void;
  describe(): ({ name: string; service: string } & FunctionCounts)[];
  idle(): boolean;
  stop(): Promise<void>;
}

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors */
export class TooManyRequestsException extends Error {
  override readonly name = 'TooManyRequestsException';
  readonly reason: string;
  /** Whether the function may not run at all. */
  readonly zeroReserved: boolean;

  constructor(reason = 'CallerRateLimitExceeded', zeroReserved = false) {
    super('Rate Exceeded.');
    this.reason = reason;
    this.zeroReserved = zeroReserved;
  }
}

const REAP_EVERY_MS = 5_000;
const DEFAULT_CONCURRENCY = 5;

/** Lambda: functions by name, each with a pool of worker threads. */
export function createLambda(options: LambdaOptions): Lambda {
  const { output, ended, maxConcurrency = DEFAULT_CONCURRENCY, faults, watchIdleCpu = watchMachine } = options;
  const pools = new Map<string, FunctionPool>();
  const retired = new Set<FunctionPool>();
  const reserved = new Map<string, number>();
  const retire = (key: string): void => {
    const pool = pools.get(key);
    if (pool === undefined) return;
    pools.delete(key);
    retired.add(pool);
    void pool.retire().then(() => retired.delete(pool));
  };
  const reaper = setInterval(() => {
    for (const pool of pools.values()) pool.reap(Date.now());
  }, REAP_EVERY_MS);
  reaper.unref();

  const find = (functionName: string): FunctionPool | undefined => pools.get(nameOf(functionName));

  function throttle({ name, service }: FunctionConfig): void {
    if (faults?.absent(service)) throw new TooManyRequestsException();
    const limit = reserved.get(name);
    if (limit === undefined) return;
    const inFlight = [...pools.values(), ...retired]
      .filter(({ config }) => config.name === name)
      .reduce((sum, pool) => sum + pool.counts().running + pool.counts().waiting, 0);
    if (inFlight < limit) return;
    throw new TooManyRequestsException('ReservedFunctionConcurrentInvocationLimitExceeded', limit === 0);
  }

  return {
    register(config) {
      const key = config.version === undefined ? config.name : `${config.name}:${config.version}`;
      retire(key);
      pools.set(key, createFunctionPool(config, output, { maxConcurrency, watchIdleCpu, faults }));
    },
    unregister: retire,
    reserve(name, concurrency) {
      if (concurrency === undefined) reserved.delete(name);
      else reserved.set(name, concurrency);
    },
    async invoke(functionName, payload, invokeOptions = {}) {
      const pool = find(functionName);
      if (pool === undefined) throw new Error(`Function not found: ${functionName}`);
      throttle(pool.config);
      const event = JSON.stringify(payload === undefined ? {} : payload);
      const { requestId = randomUUID(), sink = collectingSink() } = invokeOptions;
      const result = await pool.invoke(event, { ...invokeOptions, requestId, sink });
      ended?.(pool.config, requestId, result);
      return result;
    },
    find: (functionName) => find(functionName)?.config,
    warm: async (functionName) => find(functionName)?.warm(),
    recycle(functionNames) {
      for (const name of functionNames) find(name)?.recycle();
    },
    describe: () =>
      [...pools.values()].map((pool) => ({
        name: pool.config.name,
        service: pool.config.service,
        ...pool.counts(),
      })),
    idle: () => [...pools.values()].every((pool) => pool.counts().running + pool.counts().waiting === 0),
    async stop() {
      clearInterval(reaper);
      await Promise.all([...pools.values(), ...retired].map((pool) => pool.stop()));
    },
  };
}

/** `arn:aws:lambda:us-east-1:000000000000:function:orders-local-commands:live` → `orders-local-commands` */
function nameOf(functionName: string): string {
  return functionName.startsWith('arn:') ? (functionName.split(':')[6] ?? '') : functionName;
}
