import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Callers, signed } from '@dure/local-http/access-rules';
import { sendRefusal } from '@dure/local-http/respond';
import { refuseUpgrade } from '@dure/local-http/server';
import {
  type ApiGateway,
  type ApiGatewayOptions,
  type ApiGatewayResourceType,
  apiTarget,
  createApiGateway,
} from './apigateway/index.ts';
import { createHttpApis, type HttpApis } from './apigateway-http/index.ts';
import { createWebSocketApis, type WebSocketApis } from './apigateway-websocket/index.ts';
import { v2ResourceTypes } from './v2-resource-types.ts';

/** API Gateway, with all kinds of APIs. */
export interface Apis {
  readonly restApis: ApiGateway;
  readonly httpApis: HttpApis;
  readonly webSocketApis: WebSocketApis;
  /** Of all kinds, by CloudFormation's names. */
  readonly resourceTypes: Readonly<Record<string, ApiGatewayResourceType>>;
  /** Whether there is an API with this id. */
  has(apiId: string): boolean;
  /** Answers a request to an API's own address, `/_aws/execute-api/{id}/…`; false for any other request. */
  answer(request: IncomingMessage, response: ServerResponse): Promise<boolean>;
  /** Connects a client to a WebSocket API by the same address. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>;
  stop(): Promise<void>;
}

export type ApisOptions = ApiGatewayOptions & { readonly callers: Callers };

export function createApis(options: ApisOptions): Apis {
  const { callers } = options;
  const restApis = createApiGateway(options);
  const httpApis = createHttpApis(options);
  const webSocketApis = createWebSocketApis(options);
  return {
    restApis,
    httpApis,
    webSocketApis,
    resourceTypes: { ...restApis.resourceTypes, ...v2ResourceTypes(httpApis, webSocketApis) },
    has: (apiId) =>
      webSocketApis.has(apiId) || httpApis.has(apiId) || restApis.describe().some(({ id }) => id === apiId),
    async answer(request, response) {
      const target = apiTarget(request);
      if (target === undefined) return false;
      if (webSocketApis.has(target.apiId)) {
        const refused = signed(request, callers);
        if (refused !== undefined) sendRefusal(response, refused);
        else await webSocketApis.manage(target, request, response);
      } else if (httpApis.has(target.apiId)) {
        await httpApis.serve({ apiId: target.apiId, path: target.rest }, request, response);
      } else await restApis.serve(target, request, response);
      return true;
    },
    async upgrade(request, socket, head) {
      const target = apiTarget(request);
      if (target === undefined || !webSocketApis.has(target.apiId)) return refuseUpgrade(socket, 403);
      await webSocketApis.upgrade(target, request, socket, head);
    },
    stop: webSocketApis.stop,
  };
}
