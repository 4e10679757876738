import type { Logging } from '@dure/lambda-runtime';
import type { InvokeConfig } from '../asynchronous/index.ts';
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
  readonly logging: Logging;
  readonly layers: readonly LayerReference[];
  /** ARN of the queue or topic that takes events which failed for good. */
  readonly deadLetterArn?: string;
  readonly code: InstalledCode;
  readonly modifiedAt: string;
}

/** A version of a layer that a function has. */
export interface LayerReference {
  readonly arn: string;
  readonly code: InstalledCode;
}

export interface PublishedVersion extends FunctionSettings {
  readonly version: string;
}

export interface Alias {
  readonly name: string;
  readonly version: string;
  readonly description: string;
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
  readonly reservedConcurrency?: number;
}

export const LATEST = '$LATEST';
