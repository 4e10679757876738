import type { Properties } from './cloudformation/index.ts';
import type { ApiGatewayResourceType } from './apigateway/index.ts';

type Types = Readonly<Record<string, ApiGatewayResourceType>>;

interface Kind {
  readonly resourceTypes: Types;
  /** Whether there is an API of this kind with the id. */
  has(apiId: string): boolean;
}

/**
 * HTTP and WebSocket APIs have their resource types in common. An API says by its protocol which it is, and all other
 * resources belong to an API.
 */
export function v2ResourceTypes(http: Kind, webSocket: Kind): Types {
  const isHttp = ({ ProtocolType, ApiId }: Properties): boolean =>
    ApiId === undefined ? ProtocolType !== 'WEBSOCKET' : http.has(String(ApiId));
  const names = new Set([...Object.keys(http.resourceTypes), ...Object.keys(webSocket.resourceTypes)]);
  const typeOf = (name: string): ApiGatewayResourceType => {
    const [ofHttp, ofWebSocket] = [http.resourceTypes[name], webSocket.resourceTypes[name]];
    const only = ofHttp ?? ofWebSocket!;
    const choose = (properties: Properties): ApiGatewayResourceType =>
      (isHttp(properties) ? ofHttp : ofWebSocket) ?? only;
    return {
      ...only,
      create: (request) => choose(request.properties).create(request),
      update: (ref, properties) => choose(properties).update(ref, properties),
      remove: (resource) => choose(resource.properties).remove(resource),
    };
  };
  return Object.fromEntries([...names].map((name) => [name, typeOf(name)]));
}
