import type { AlarmSettings } from './alarms/settings.ts';

import type { Access } from '@dure/contracts/access';
import type * as z from 'zod/mini';
import type { CanaryConfig } from './canary/config.ts';
import type { EdgeConfig } from './edge/config.ts';

/** A value of a CloudFormation template: plain JSON, intrinsic functions included. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export interface Resource {
  readonly Type: string;
  readonly Properties: { readonly [key: string]: Json };
  readonly DeletionPolicy?: 'Delete' | 'Retain';
  readonly UpdateReplacePolicy?: 'Delete' | 'Retain';
  readonly UpdatePolicy?: Json;
  readonly DependsOn?: string | readonly string[];
}

/** CloudFormation resources by logical id. */
export type Resources = Readonly<Record<string, Resource>>;

/** One IAM policy statement. */
export interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: Json;
  readonly Condition?: Json;
}

/** A Serverless Framework event: `{ sqs: {…} }`, `{ http: {…} }`, `{ stream: {…} }`. */
export type FunctionEvent = { readonly [type: string]: Json };

/** The expansion of one property of a function, in plain Serverless and CloudFormation configuration. */
export interface Expansion {
  readonly resources: Resources;
  readonly events: readonly FunctionEvent[];
  readonly environment: Readonly<Record<string, Json>>;
  readonly statements: readonly Statement[];
}

export const nothing: Expansion = { resources: {}, events: [], environment: {}, statements: [] };

/** The part of a contract that the build needs; the contracts package has more. */
export interface CatalogueMessage {
  readonly kind: 'event' | 'command';
  readonly owner: string;
  /** The services that may put it on the bus. */
  readonly senders: readonly string[];
  readonly name: string;
  readonly major: number;
  /** EventBridge `DetailType`: `StockReserved.v1`. */
  readonly detailType: string;
}

export interface CatalogueEndpoint {
  readonly kind: 'endpoint';
  readonly owner: string;
  readonly name: string;
  readonly version: number;
  readonly method: string;
  /** With the version: `/v1/stock/{sku}`. */
  readonly fullPath: string;
  readonly access: Access;
  readonly query?: z.core.$ZodType;
  readonly body?: z.core.$ZodType;
  readonly idempotencyKey?: 'required' | 'optional';
  /** Called by another system, which signs what it sends with these headers and has no API key. */
  readonly webhook?: { readonly headers: readonly string[] };
}

export type Catalogue = readonly (CatalogueMessage | CatalogueEndpoint)[];

/**
 * A message that a function consumes; `where` narrows the rule by a pattern over the event's `detail`. `*` is every
 * message of Dure, with `foreign` everything on the bus.
 */
export type Consumption =
  string | { readonly message: string; readonly where?: { readonly [field: string]: Json }; readonly foreign?: true };

/** A function in serverless.yml, with the properties that this plugin adds. */
export interface FunctionConfig {
  readonly handler?: string;
  readonly name?: string;
  readonly timeout?: number;
  readonly role?: Json;
  readonly events?: readonly FunctionEvent[];
  readonly environment?: Readonly<Record<string, Json>>;
  readonly destinations?: { readonly [key: string]: Json };
  readonly maximumRetryAttempts?: number;
  readonly maximumEventAge?: number;
  readonly endpoints?: readonly string[];
  readonly consumes?: readonly Consumption[];
  readonly batchSize?: number;
  /** Seconds for which a batch is filled up. */
  readonly maximumBatchingWindow?: number;
  readonly maximumConcurrency?: number;
  readonly maxReceives?: number;
  readonly relay?: boolean;
  /** It gets the access log of every API of the stage; the services named are deployed before it. */
  readonly calls?: { readonly before: readonly string[] };
  readonly stream?: { readonly filter: Json };
  readonly table?: 'readWrite' | 'read' | 'none';
  readonly iam?: readonly Statement[];
}

export interface IndexConfig {
  readonly name: string;
  readonly pk: string;
  readonly sk?: string;
  /** `keys`: the index finds items and has their keys only, so a change of anything else costs no write to it. */
  readonly projection?: 'keys';
}

/** `custom.dure` in serverless.yml. */
export interface DureConfig {
  readonly table?: boolean;
  readonly indexes?: readonly IndexConfig[];
  readonly alarms?: Partial<AlarmSettings>;
  /** Whether this service makes the dashboard of the whole stage. */
  readonly overview?: boolean;
  /** Whether endpoints that no function serves are answered by the examples of their contracts. */
  readonly mock?: boolean;
  readonly edge?: EdgeConfig;
  /** The service that subscribes to this one's access log, because it is deployed after it. */
  readonly calls?: string;
  readonly canary?: CanaryConfig;
}

/** Facts of the whole service, for expanding its functions. */
export interface ServiceContext {
  readonly service: string;
  readonly stage: string;
  readonly hasTable: boolean;
  readonly bus: { readonly name: Json; readonly arn: Json };
  /** ARN of the topic that alarms notify. */
  readonly alarmTopic: Json;
  readonly alarms: AlarmSettings;
  /** The provider's function time-out in seconds, for functions that set none. */
  readonly timeout: number;
}

/** A mistake in serverless.yml, in one sentence. */
export class ConfigurationError extends Error {}
