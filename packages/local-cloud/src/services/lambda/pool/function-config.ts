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
  /** Absolute path of the module without its extension. */
  readonly modulePath: string;
  /** The exported function's name. */
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly environment: Readonly<Record<string, string>>;
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

/** One line that a function wrote. */
export type FunctionOutput = (config: FunctionConfig, stream: 'stdout' | 'stderr', line: string) => void;
