import type { DatabaseSync } from 'node:sqlite';
import { type Collection, createCollections, notFound, type Reader } from '../apigateway/index.ts';

export interface WebSocketApi {
  readonly id: string;
  readonly name: string;
  /** `$request.body.action` */
  readonly routeSelectionExpression: string;
}

export interface Integration {
  readonly id: string;
  readonly functionArn: string;
  readonly timeoutInMillis: number;
}

export interface Route {
  readonly id: string;
  /** `$connect`, `$disconnect`, `$default`, or what messages are selected by. */
  readonly routeKey: string;
  readonly integrationId: string | undefined;
  readonly authorizerId: string | undefined;
  /** Whether the integration's answer is sent to the client: it is selected, and there is a route response. */
  readonly responds: boolean;
}

export interface Authorizer {
  readonly id: string;
  readonly functionArn: string;
  /** `route.request.querystring.token` … */
  readonly identitySources: readonly string[];
}

export interface Snapshot {
  readonly api: WebSocketApi;
  readonly routes: readonly Route[];
  readonly integrations: readonly Integration[];
  readonly authorizers: readonly Authorizer[];
}

export interface Deployment {
  readonly id: string;
  readonly snapshot: Snapshot;
}

export interface Stage {
  readonly stageName: string;
  /** Undefined for a stage that deploys by itself. */
  readonly deploymentId: string | undefined;
  readonly variables: Readonly<Record<string, string>>;
  /** Messages a second and at once; -1 means no limit. */
  readonly throttle: { readonly rateLimit: number; readonly burstLimit: number };
  readonly accessLog: { readonly destinationArn: string; readonly format: string } | undefined;
}

export interface Store {
  readonly apis: Collection<WebSocketApi>;
  readonly routes: Collection<Route>;
  readonly routeResponses: Collection<{ readonly id: string; readonly routeId: string }>;
  readonly integrations: Collection<Integration>;
  readonly authorizers: Collection<Authorizer>;
  readonly deployments: Collection<Deployment>;
  readonly stages: Collection<Stage>;
}

/** What is remembered of WebSocket APIs; each part in the scope of its API. Connections are not: they end with us. */
export function createStore(database: DatabaseSync): Store {
  const collection = createCollections(database);
  return {
    apis: collection('webSocketApi'),
    routes: collection('webSocketRoute'),
    routeResponses: collection('webSocketRouteResponse'),
    integrations: collection('webSocketIntegration'),
    authorizers: collection('webSocketAuthorizer'),
    deployments: collection('webSocketDeployment'),
    stages: collection('webSocketStage'),
  };
}

export function takeSnapshot(store: Store, apiId: string): Snapshot {
  const answered = new Set(store.routeResponses.list(apiId).map(({ routeId }) => routeId));
  return {
    api: store.apis.get(apiId)!,
    routes: store.routes.list(apiId).map((route) => ({ ...route, responds: route.responds && answered.has(route.id) })),
    integrations: store.integrations.list(apiId),
    authorizers: store.authorizers.list(apiId),
  };
}

/** What a stage runs: its deployment's picture, or the API as it is now. */
export function snapshotOf(store: Store, apiId: string, { deploymentId }: Stage): Snapshot | undefined {
  if (deploymentId === undefined) return takeSnapshot(store, apiId);
  return store.deployments.get(deploymentId, apiId)?.snapshot;
}

/** The API that a resource belongs to. @throws AwsError NotFoundException */
export function readApiId(reader: Reader, store: Store): string {
  const apiId = reader.required('ApiId');
  if (store.apis.get(apiId) === undefined) throw notFound(`Invalid API identifier specified ${apiId}`);
  return apiId;
}
