import { randomBytes } from 'node:crypto';
import { delimiter, join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { FunctionConfig, FunctionFaults } from './function-config.ts';
import type { Host, HostContext } from './host.ts';
import { hasCallbacks, isPython } from './runtimes.ts';

/** V8 gives a thread up to 48 MB of young generation, which a handler never needs. */
const YOUNG_GENERATION_MB = 4;
/** The flag that this process was started with goes before a thread's own limit: 8 MB a thread, where it says 4. */
const NO_FLAG = '--max-semi-space-size=0';

/** @throws Error for NODE_OPTIONS that Node.js does not take */
export function startWorker(config: FunctionConfig, logStream: string, faults?: FunctionFaults): Host {
  const { taskRoot, handler, runtime, memoryMegabytes, mapStacks = false, layers = [], shortcut } = config;
  const own = faults?.environment(config.environment) ?? config.environment;
  const gateway = own['AWS_ENDPOINT_URL'];
  setFlagsFromString(NO_FLAG);
  return new Worker(new URL('runtime/worker.mjs', import.meta.url), {
    env: { ...own, AWS_LAMBDA_LOG_STREAM_NAME: logStream },
    workerData: { taskRoot, layers, handler, mapStacks, callbacks: hasCallbacks(runtime), gateway, shortcut },
    stdout: true,
    stderr: true,
    resourceLimits: {
      maxYoungGenerationSizeMb: YOUNG_GENERATION_MB,
      maxOldGenerationSizeMb: memoryMegabytes,
    },
  });
}

/** What the handler gets as its second argument, but for its functions. */
export function contextOf(
  config: FunctionConfig,
  requestId: string,
  logStream: string,
  arn = config.arn,
): HostContext & Readonly<Record<string, string>> {
  return {
    awsRequestId: requestId,
    functionName: config.name,
    functionVersion: config.version ?? '$LATEST',
    invokedFunctionArn: arn,
    logGroupName: config.logging.LogGroup,
    logStreamName: logStream,
    memoryLimitInMB: String(config.memoryMegabytes),
  };
}

/**
 * What a function finds of its trace. Nothing is recorded here, but a trace that somebody began goes on.
 * Source: https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
 * @param trace `Root=1-…;Parent=…;Sampled=1` of who invokes
 */
export function traceIdOf(trace = ''): string {
  const [, given] = /(?:^|;)\s*Root=([^;\s]+)/.exec(trace) ?? [];
  const [, sampled = '0'] = /(?:^|;)\s*Sampled=([01])(?:;|\s*$)/.exec(trace) ?? [];
  const root = given ?? `1-${Math.floor(Date.now() / 1000).toString(16)}-${randomBytes(12).toString('hex')}`;
  return `Root=${root};Parent=${randomBytes(8).toString('hex')};Sampled=${sampled}`;
}

/**
 * What Lambda's environment has besides the function's own variables; these go before them, and what is reserved after.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export function lambdaEnvironment(config: Omit<FunctionConfig, 'environment'>): {
  readonly defaults: Record<string, string>;
  readonly reserved: Record<string, string>;
} {
  const { runtime, taskRoot, logging, name, version = '$LATEST', memoryMegabytes, handler, layers = [] } = config;
  const major = /^nodejs(\d+)/.exec(runtime)?.[1] ?? '';
  const modules = layers.flatMap((folder) =>
    [`nodejs/node${major}/node_modules`, 'nodejs/node_modules'].map((path) => join(folder, path)),
  );
  const { PATH = '', NODE_COMPILE_CACHE } = process.env;
  const ofLanguage: Record<string, string> = isPython(runtime)
    ? { PYTHONPATH: [...layers.map((folder) => join(folder, 'python')), taskRoot].join(delimiter) }
    : {
        ...(modules.length > 0 && { NODE_PATH: [...modules, taskRoot].join(delimiter) }),
        ...(NODE_COMPILE_CACHE !== undefined && { NODE_COMPILE_CACHE }),
      };
  return {
    defaults: {
      LANG: 'en_US.UTF-8',
      TZ: ':UTC',
      PATH: [...layers.map((folder) => join(folder, 'bin')), PATH].join(delimiter),
      ...ofLanguage,
    },
    reserved: {
      _HANDLER: handler,
      AWS_EXECUTION_ENV: `AWS_Lambda_${runtime}`,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMegabytes),
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_VERSION: version,
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_GROUP_NAME: logging.LogGroup,
      ...(logging.LogFormat === 'JSON' && { AWS_LAMBDA_LOG_FORMAT: 'JSON' }),
      ...(logging.ApplicationLogLevel !== undefined && { AWS_LAMBDA_LOG_LEVEL: logging.ApplicationLogLevel }),
      LAMBDA_TASK_ROOT: taskRoot,
      LAMBDA_RUNTIME_DIR: join(import.meta.dirname, 'runtime'),
      PWD: taskRoot,
    },
  };
}
