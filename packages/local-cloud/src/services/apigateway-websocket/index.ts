import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ApiGatewayOptions, ApiGatewayResourceType, InvokeTarget } from '../apigateway/index.ts';
import { createConnections } from './connections.ts';
import { createStore } from './documents.ts';
import { createManagement } from './management.ts';
import { createResourceTypes } from './resource-types.ts';

export type WebSocketApisOptions = Omit<ApiGatewayOptions, 'onServed' | 'invokeAsync' | 'states' | 'iam'>;

export interface WebSocketApiView {
  readonly id: string;
  readonly name: string;
  readonly stages: readonly { readonly name: string; readonly connections: number }[];
}

/** API Gateway's WebSocket APIs: what CloudFormation templates say, put into effect. */
export interface WebSocketApis {
  /** By CloudFormation's name, `AWS::ApiGatewayV2::Api`. HTTP APIs are refused. */
  readonly resourceTypes: Readonly<Record<string, ApiGatewayResourceType>>;
  /** Whether there is a WebSocket API of this id. */
  has(apiId: string): boolean;
  /** A client that connects: the `upgrade` event of an HTTP server. */
  upgrade(target: InvokeTarget, request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>;
  /** The management API, `POST`, `GET` and `DELETE /@connections/{connectionId}` below the stage's address. */
  manage(target: InvokeTarget, request: IncomingMessage, response: ServerResponse): Promise<void>;
  describe(): WebSocketApiView[];
  /** Closes all connections with the code 1001. */
  stop(): Promise<void>;
}

/**
 * Makes the emulator over what the database holds already. Lambda proxy integrations only; frames of more than 32 KB are
 * not refused, as AWS would, only messages of more than 128 KB.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api.html
 */
export function createWebSocketApis(options: WebSocketApisOptions): WebSocketApis {
  const { database, now = Date.now } = options;
  const store = createStore(database);
  const connections = createConnections(store, { ...options, now });
  return {
    resourceTypes: createResourceTypes(store),
    has: (apiId) => store.apis.get(apiId) !== undefined,
    upgrade: connections.upgrade,
    manage: createManagement(connections),
    describe: () =>
      store.apis.list().map(({ id, name }) => ({
        id,
        name,
        stages: store.stages.list(id).map(({ stageName }) => ({
          name: stageName,
          connections: connections.count(id, stageName),
        })),
      })),
    stop: connections.stop,
  };
}
