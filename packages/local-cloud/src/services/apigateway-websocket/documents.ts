import type { DatabaseSync } from 'node:sqlite';
import { type Collection, createCollections } from '../apigateway/index.ts';
import type { CommonStage, Deployment } from '../apigateway-v2/index.ts';

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

export interface Store {
  readonly apis: Collection<WebSocketApi>;
  readonly routes: Collection<Route>;
  readonly routeResponses: Collection<{ readonly id: string; readonly routeId: string }>;
  readonly integrations: Collection<Integration>;
  readonly authorizers: Collection<Authorizer>;
  readonly deployments: Collection<Deployment<Snapshot>>;
  readonly stages: Collection<CommonStage>;
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
