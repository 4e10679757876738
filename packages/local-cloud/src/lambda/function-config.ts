/** One function as the local Lambda runs it. */
export interface FunctionConfig {
  /** `orders-local-commands` */
  readonly name: string;
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

/** One line that a function wrote. */
export type FunctionOutput = (config: FunctionConfig, stream: 'stdout' | 'stderr', line: string) => void;
