import type { InvokeResult } from './invoke-result.ts';

/** One function as the local Lambda runs it. */
export interface FunctionConfig {
  /** `orders-local-commands` */
  readonly name: string;
  /** One of several versions that run side by side; each is known by `name:version`. */
  readonly version?: string;
  readonly arn: string;
  readonly service: string;
  /** Its key in serverless.yml. */
  readonly key: string;
  /** `nodejs24.x`: decides whether callbacks count. All run on the Node.js of this machine. */
  readonly runtime: string;
  /** Absolute path of the folder that is /var/task on AWS. */
  readonly taskRoot: string;
  /** `src/http/index.handler` */
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly logging: Logging;
  /** Folders whose files are at /opt on AWS; of two with the same name, the first has it. */
  readonly layers?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Whether stacks are mapped to the sources without a word of NODE_OPTIONS. */
  readonly mapStacks?: boolean;
  /** A debugger may hold it: it has no time-out, and one thread at a time. */
  readonly inspected?: boolean;
  /** Where some requests to an endpoint of its environment may go at once. Python functions take none. */
  readonly shortcut?: Shortcut;
}

/** Past what stands before a service and does nothing with most requests. They are those of AWS's JSON protocols. */
export interface Shortcut {
  /** The endpoint that the function knows: `http://127.0.0.1:40001`. */
  readonly from: string;
  readonly to: string;
  /** Whose requests take it. */
  readonly actions: readonly string[];
  /** Queries of DynamoDB, which take it once one of the same form was let through. */
  readonly queries: readonly string[];
  /** A body that has this text does not take it. */
  readonly unless: string;
}

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_LoggingConfig.html */
export interface Logging {
  readonly LogGroup: string;
  readonly LogFormat: 'Text' | 'JSON';
  readonly ApplicationLogLevel?: string;
  readonly SystemLogLevel?: string;
}

/** Where an invocation is killed: just before its n-th write to AWS, or with its answer ready. */
export type Death = { readonly at: 'before-write'; readonly write: number } | { readonly at: 'before-answer' };

/** How fault injection affects functions. */
export interface FunctionFaults {
  /** The variables of a worker, from those of its function. */
  environment(own: Readonly<Record<string, string>>): Readonly<Record<string, string>>;
  /** Whether a service's functions cannot be called. */
  absent(service: string): boolean;
  /** By how many milliseconds a function's clock is ahead. */
  skewMs(functionName: string): number;
  /** Called when an invocation begins; undefined does not kill it. */
  death(functionName: string): Death | undefined;
  /** Called when an invocation was killed. */
  died(functionName: string): void;
}

/** One event of a function's log. */
export interface FunctionLogEvent {
  readonly time: string;
  readonly level: string;
  /** As CloudWatch Logs has it. */
  readonly text: string;
  /** What the function wrote, without what the runtime puts before it. */
  readonly body: string;
  readonly requestId?: string;
  /** `2026/11/29/[$LATEST]0f3a…`: one for each execution environment. */
  readonly logStream: string;
}

export type FunctionOutput = (config: FunctionConfig, event: FunctionLogEvent) => void;

/** Called when an invocation has ended. */
export type FunctionEnded = (config: FunctionConfig, requestId: string, result: InvokeResult) => void;
