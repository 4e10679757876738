import type { InstalledCode } from './code.ts';

/** What a version of a function runs with; `$LATEST` too. */
export interface FunctionSettings {
  readonly handler: string;
  readonly runtime: string;
  readonly role: string;
  readonly description: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly architectures: readonly string[];
  readonly tracingMode: string;
  readonly logGroup: string;
  readonly code: InstalledCode;
  readonly modifiedAt: string;
}

export interface PublishedVersion extends FunctionSettings {
  readonly version: string;
}

export interface Alias {
  readonly name: string;
  readonly version: string;
  readonly description: string;
}

/** How an asynchronous invocation is retried, and where it goes when it failed for good. */
export interface InvokeConfig {
  readonly maximumRetryAttempts?: number;
  readonly maximumEventAgeSeconds?: number;
  readonly onFailure?: string;
}

export interface LambdaFunction {
  readonly name: string;
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly latest: FunctionSettings;
  readonly nextVersion: number;
  readonly versions: readonly PublishedVersion[];
  readonly aliases: Readonly<Record<string, Alias>>;
  /** By qualifier. */
  readonly invokeConfigs: Readonly<Record<string, InvokeConfig>>;
}

export const LATEST = '$LATEST';
