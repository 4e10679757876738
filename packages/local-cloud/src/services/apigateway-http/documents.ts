import type { DatabaseSync } from 'node:sqlite';
import { type Collection, createCollections } from '../apigateway/index.ts';
import type { CommonStage, Deployment, Throttle } from '../apigateway-v2/index.ts';

/** Which pages of other origins may call. Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html */
export interface Cors {
  readonly allowCredentials: boolean;
  readonly allowHeaders: readonly string[];
  readonly allowMethods: readonly string[];
  readonly allowOrigins: readonly string[];
  readonly exposeHeaders: readonly string[];
  /** Seconds. */
  readonly maxAge: number | undefined;
}

export interface HttpApi {
  readonly id: string;
  readonly name: string;
  readonly cors: Cors | undefined;
}

export type PayloadFormat = '1.0' | '2.0';

export interface Integration {
  readonly id: string;
  readonly functionArn: string;
  readonly payloadFormat: PayloadFormat;
  readonly timeoutInMillis: number;
}

export interface Route {
  readonly id: string;
  /** `GET /orders/{id}`, `ANY /files/{proxy+}` or `$default`. */
  readonly routeKey: string;
  readonly integrationId: string;
  readonly authorizationType: 'NONE' | 'JWT' | 'CUSTOM' | 'AWS_IAM';
  readonly authorizerId: string | undefined;
  /** A token has to have one of these, if there are any. */
  readonly scopes: readonly string[];
}

export type Authorizer = JwtAuthorizer | LambdaAuthorizer;

export interface JwtAuthorizer {
  readonly type: 'JWT';
  readonly id: string;
  readonly identitySource: string;
  readonly issuer: string;
  readonly audience: readonly string[];
}

export interface LambdaAuthorizer {
  readonly type: 'REQUEST';
  readonly id: string;
  readonly functionArn: string;
  readonly identitySources: readonly string[];
  readonly payloadFormat: PayloadFormat;
  /** Whether it answers `isAuthorized` instead of a policy. */
  readonly simple: boolean;
  /** Seconds; 0 switches the cache off. */
  readonly ttl: number;
}

export interface Snapshot {
  readonly api: HttpApi;
  readonly routes: readonly Route[];
  readonly integrations: readonly Integration[];
  readonly authorizers: readonly Authorizer[];
}

export interface Stage extends CommonStage {
  /** By route key. `$default` as a stage answers at the API's address itself. */
  readonly routeThrottles: Readonly<Record<string, Throttle>>;
}

export interface Store {
  readonly apis: Collection<HttpApi>;
  readonly routes: Collection<Route>;
  readonly integrations: Collection<Integration>;
  readonly authorizers: Collection<Authorizer>;
  readonly deployments: Collection<Deployment<Snapshot>>;
  readonly stages: Collection<Stage>;
}

/** What is remembered of HTTP APIs; each part in the scope of its API. */
export function createStore(database: DatabaseSync): Store {
  const collection = createCollections(database);
  return {
    apis: collection('httpApi'),
    routes: collection('httpRoute'),
    integrations: collection('httpIntegration'),
    authorizers: collection('httpAuthorizer'),
    deployments: collection('httpDeployment'),
    stages: collection('httpStage'),
  };
}

export function takeSnapshot(store: Store, apiId: string): Snapshot {
  return {
    api: store.apis.get(apiId)!,
    routes: store.routes.list(apiId),
    integrations: store.integrations.list(apiId),
    authorizers: store.authorizers.list(apiId),
  };
}
