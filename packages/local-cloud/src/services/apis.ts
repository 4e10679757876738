import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { signed } from '@dure/local-http/access-rules';
import { sendRefusal } from '@dure/local-http/respond';
import { refuseUpgrade } from '@dure/local-http/server';
import {
  type ApiGateway,
  type ApiGatewayOptions,
  type ApiGatewayResourceType,
  apiTarget,
  createApiGateway,
  reachableApis,
} from './apigateway/index.ts';
import { createHttpApis, type HttpApis } from './apigateway-http/index.ts';
import { createWebSocketApis, type WebSocketApis } from './apigateway-websocket/index.ts';
import {
  createFunctionUrls,
  type FunctionUrls,
  type FunctionUrlsOptions,
  reachableFunctionUrls,
  urlTarget,
} from './lambda/url/index.ts';
import { v2ResourceTypes } from './v2-resource-types.ts';

/** What answers clients of the services: API Gateway with all kinds of APIs, and functions' URLs. */
export interface Apis {
  readonly restApis: ApiGateway;
  readonly httpApis: HttpApis;
  readonly webSocketApis: WebSocketApis;
  readonly functionUrls: FunctionUrls;
  /** Of all kinds, by CloudFormation's names. */
  readonly resourceTypes: Readonly<Record<string, ApiGatewayResourceType>>;
  /** Whether a request is for one of the APIs or functions' URLs that are here. */
  has(request: IncomingMessage): boolean;
  /** Answers a request to the own address of an API or a function's URL; false for any other request. */
  answer(request: IncomingMessage, response: ServerResponse): Promise<boolean>;
  /** Connects a client to a WebSocket API by the same address. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>;
  stop(): Promise<void>;
}

export type ApisOptions = Omit<ApiGatewayOptions, 'invokeLambda'> & Pick<FunctionUrlsOptions, 'callers' | 'invoke'>;

/** Whether a request is for an API or a function's URL, `/_aws/execute-api/{id}/…` or `/_aws/lambda-url/{id}/…`. */
export const isForApi = (request: IncomingMessage): boolean =>
  apiTarget(request) !== undefined || urlTarget(request) !== undefined;

/** Makes the public addresses of APIs and functions' URLs in a template's text lead here. */
export function reachableAddresses(endpoint: string, region: string): (text: string) => string {
  const [apis, urls] = [reachableApis(endpoint, region), reachableFunctionUrls(endpoint, region)];
  return (text) => urls(apis(text));
}

export function createApis({ invoke, ...given }: ApisOptions): Apis {
  const { callers } = given;
  const options = { ...given, invokeLambda: (arn: string, payload: unknown) => invoke(arn, payload, {}) };
  const functionUrls = createFunctionUrls({ ...given, invoke });
  const restApis = createApiGateway(options);
  const httpApis = createHttpApis(options);
  const webSocketApis = createWebSocketApis(options);
  return {
    restApis,
    httpApis,
    webSocketApis,
    has(request) {
      if (restApis.byDomain(request) !== undefined) return true;
      const [apiId, urlId] = [apiTarget(request)?.apiId, urlTarget(request)?.urlId];
      if (urlId !== undefined) return functionUrls.describe().some(({ id }) => id === urlId);
      if (apiId === undefined) return false;
      return webSocketApis.has(apiId) || httpApis.has(apiId) || restApis.describe().some(({ id }) => id === apiId);
    },
    functionUrls,
    resourceTypes: {
      ...restApis.resourceTypes,
      ...v2ResourceTypes(httpApis, webSocketApis),
      ...functionUrls.resourceTypes,
    },
    async answer(request, response) {
      const byDomain = restApis.byDomain(request);
      if (byDomain !== undefined) {
        if (byDomain.target !== undefined) await restApis.serve(byDomain.target, request, response);
        else sendForbidden(response);
        return true;
      }
      const target = apiTarget(request);
      if (target === undefined) return functionUrls.answer(request, response);
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

/** As AWS answers where none of a domain's base paths fits. */
function sendForbidden(response: ServerResponse): void {
  response.writeHead(403, { 'content-type': 'application/json', 'x-amzn-errortype': 'ForbiddenException' });
  response.end('{"message":"Forbidden"}');
}
