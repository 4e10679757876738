import type { AwsJsonService } from '@dure/aws-protocols/aws-json';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DatabaseSync } from 'node:sqlite';
import type { Callers } from '@dure/local-http/access-rules';
import type { CloudLog, InvokeLambda } from '../../shared/types.ts';
import type {
  CreatedResource,
  ExistingResource,
  Properties,
  ResourceRequest,
  ResourceType,
} from '../cloudformation/index.ts';
import { type ByDomain, domainTarget } from './custom-domain.ts';
import { createControl } from './control/index.ts';
import { describeApis } from './describe.ts';
import { createResourceTypes } from './resource-types/index.ts';
import { createServe } from './serve.ts';
import type { Signatures } from './signature.ts';
import { createStore } from './store.ts';

export type { ByDomain } from './custom-domain.ts';
export { apiTarget, executeApiHost, reachableApis } from './execute-api.ts';
export type { Answer, Header, ReceivedRequest } from './exchange.ts';
export { GatewayError } from './gateway-response.ts';
export { invokeWithin, isSendable, withStageVariables } from './lambda-integration.ts';
export { missingRoute } from './missing-route.ts';
export { parsePolicy } from './policy.ts';
export { commonLogTime, eventHeaders } from './proxy-event.ts';
export { badRequest, isRecord, notFound, read, type Reader } from './reader.ts';
export { receive, readHeaders, readQuery } from './receive.ts';
export { conflict, define } from './resource-types/define.ts';
export { functionArnOf } from './resource-types/integration.ts';
export { checkFormat } from './stage-settings.ts';
export { type Collection, createCollections, newId } from './store.ts';
export { send } from './send.ts';
export type { Signatures } from './signature.ts';
export { compileTemplate, jsonEscape, type Variables } from './template.ts';
export { createTokenBuckets } from './token-bucket.ts';

/** One call of an API, when it was answered: what a stage's metrics `Count`, `4XXError`, `Latency` … are made of. */
export interface ServedRequest {
  readonly kind: 'REST' | 'HTTP';
  readonly apiId: string;
  readonly apiName: string;
  readonly stage: string;
  readonly method: string;
  readonly resourcePath: string;
  readonly status: number;
  readonly latencyMs: number;
  /** Undefined where the request did not get as far as its integration. */
  readonly integrationLatencyMs: number | undefined;
}

export interface ApiGatewayOptions {
  /** Holds APIs, deployments, stages, API keys, usage plans and what was used of their quotas: all survive a restart. */
  readonly database: DatabaseSync;
  readonly accountId: string;
  readonly region: string;
  /**
   * Called with the function's ARN as the integration's URI has it, with its alias if there is one
   * (`arn:aws:lambda:…:function:orders-dev-api:live`). A rejection answers 500, as for a function that API Gateway has
   * no permission to call; `{ ok: false }` answers 502.
   */
  readonly invokeLambda: InvokeLambda;
  /** As `invokeLambda`, without waiting: Lambda retries it, and hands on what fails. */
  invokeAsync(functionArn: string, payload: unknown): void;
  /** Actions of Step Functions, which methods may call without a function. */
  readonly states: AwsJsonService;
  /** Verifies signatures, and knows what roles may call. */
  readonly iam: Signatures;
  readonly log: CloudLog;
  /** One line of a stage's access log, for the log group's ARN in its AccessLogSetting. */
  readonly writeAccessLog?: (destinationArn: string, line: string) => void;
  readonly onServed?: (served: ServedRequest) => void;
  /** Names of this machine whose pages are its own; there are none by default. */
  readonly callers?: Callers;
  /** Whether the answer to an unknown route lists the routes that exist. AWS does not list them. */
  readonly explain?: boolean;
  /** Milliseconds since 1970. Default: the clock. */
  readonly now?: () => number;
}

/**
 * One of CloudFormation's resource types, which works at once. What is not supported is refused by name with an
 * AwsError, before anything is changed.
 */
export interface ApiGatewayResourceType extends ResourceType {
  create(request: Pick<ResourceRequest, 'properties'>): CreatedResource;
  update(ref: string, properties: Properties): CreatedResource;
  /** Does nothing if it is gone already. */
  remove(resource: Pick<ExistingResource, 'physicalId' | 'properties'>): void;
}

/** Which API is called: the parts of `https://{apiId}.execute-api.{region}.amazonaws.com/{stage}{path}`. */
export interface InvokeTarget {
  readonly apiId: string;
  readonly stage: string;
  /** As it was sent, percent-encoded, with the query: `/v1/orders?limit=2`. */
  readonly path: string;
  /** What stood before the path, as a custom domain's base path: `/api/orders`. Default: the stage. */
  readonly basePath?: string;
  /** The caller's address. Default: the socket's. */
  readonly sourceIp?: string;
}

/** An API as the front door lists it. */
export interface ApiView {
  readonly id: string;
  readonly name: string;
  readonly stages: readonly string[];
  /** `GET /v1/orders` */
  readonly routes: readonly string[];
  /** How many of the routes a MOCK integration answers. */
  readonly mocks: number;
  /** What each key of the API's usage plans used in the current period of its quota. */
  readonly usage: readonly KeyUsage[];
}

export interface KeyUsage {
  readonly plan: string;
  readonly key: string;
  readonly keyName: string;
  readonly keyValue: string;
  readonly used: number;
  /** Undefined for a plan without a quota. */
  readonly limit: number | undefined;
  readonly period: 'DAY' | 'WEEK' | 'MONTH' | undefined;
}

/** API Gateway's REST APIs (v1): what CloudFormation templates say, put into effect. */
export interface ApiGateway {
  /** By CloudFormation's name, `AWS::ApiGateway::RestApi`. A type that is not in here is not supported. */
  readonly resourceTypes: Readonly<Record<string, ApiGatewayResourceType>>;
  /** The data plane: answers a call of an API. A stage runs what its deployment took a picture of, as on AWS. */
  serve(target: InvokeTarget, request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Which API a request calls by a custom domain; undefined for any other request. */
  byDomain(request: IncomingMessage): ByDomain | undefined;
  /** The control plane: API Gateway's own REST API, `/restapis/…`, `/apikeys/…`, which the AWS SDK and CLI speak. */
  control(request: IncomingMessage, response: ServerResponse): Promise<void>;
  describe(): ApiView[];
}

/**
 * Makes the emulator over what the database holds already. It has nothing running that would have to be stopped.
 * What it does not support, mapped HTTP and VPC integrations, Cognito authorization, caching, canaries, is refused
 * by name when a resource that asks for it is made.
 */
export function createApiGateway(options: ApiGatewayOptions): ApiGateway {
  const { database, accountId, region, log, now = Date.now } = options;
  const store = createStore(database);
  const context = { store, accountId, region, now };
  return {
    resourceTypes: createResourceTypes(context),
    serve: createServe(store, { ...options, now }),
    byDomain: (request) => domainTarget(store, request),
    control: createControl(context, log),
    describe: () => describeApis(store, now()),
  };
}
