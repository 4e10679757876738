import type { DureConfig, FunctionConfig, Json, Resource } from '../types.ts';

/** A compiled CloudFormation template. */
export interface Template {
  readonly Resources: Record<string, Resource>;
  Metadata?: { readonly [key: string]: Json };
  readonly Outputs?: Record<string, { readonly Value: Json }>;
}

/** Facts from serverless.yml, for the transformations. */
export interface TemplateContext {
  readonly service: string;
  readonly stage: string;
  /** `provider.logRetentionInDays`. */
  readonly logRetentionInDays: number;
  readonly dure: DureConfig;
  readonly functions: Readonly<Record<string, FunctionConfig>>;
  /** SHA-256 of what the release provides and requires. */
  readonly contracts: string;
  /** Whether this is a mock. */
  readonly mock?: boolean;
}
