import type { FunctionConfig } from '../types.ts';

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** The options of the command line. */
export type Options = Readonly<Record<string, unknown>>;

export type Hooks = Readonly<Record<string, () => void | Promise<void>>>;

export interface OfflineService {
  readonly service: string;
  readonly provider: { readonly stage?: string; environment?: object };
  readonly custom?: { readonly 'serverless-offline'?: Options };
  readonly functions: Readonly<Record<string, Writable<FunctionConfig>>>;
}

/** The part of the Serverless Framework that `sls offline` needs. */
export interface OfflineServerless {
  readonly serviceDir: string;
  /** Set by the local cloud, which loads services as `sls offline` does. */
  readonly localCloud?: boolean;
  readonly pluginManager: { getPlugins(): readonly object[] };
  readonly service: OfflineService;
}

/** The public methods of serverless-offline's plugin. */
export interface OfflinePlugin {
  start(): Promise<void>;
  end(skipExit?: boolean): Promise<void>;
}

/** The framework's output functions for a plugin. */
export interface Utils {
  readonly log: { notice(text: string): void };
}
