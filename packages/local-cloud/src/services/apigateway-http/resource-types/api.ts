import {
  type ApiGatewayResourceType,
  badRequest,
  define,
  executeApiHost,
  newId,
  type Reader,
} from '../../apigateway/index.ts';
import type { Cors, Store } from '../documents.ts';

const MAX_AGE_SECONDS = 86_400;
/** `*`, `https://*`, `https://shop.example` */
const ORIGIN = /^(?:\*|[a-z][a-z0-9+.-]*:\/\/\S+)$/i;

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-api.html */
export function apiType(store: Store, region: string): ApiGatewayResourceType {
  return define({
    type: 'AWS::ApiGatewayV2::Api',
    replacing: ['ProtocolType'],
    save(reader, ref) {
      const id = ref ?? newId();
      reader.accept('ProtocolType');
      if (reader.flag('DisableExecuteApiEndpoint')) {
        throw badRequest(
          'AWS::ApiGatewayV2::Api: DisableExecuteApiEndpoint needs a custom domain, which is not supported.',
        );
      }
      const selection = reader.text('RouteSelectionExpression') ?? '$request.method $request.path';
      if (!/^\$\{?request\.method\}? \$\{?request\.path\}?$/.test(selection)) {
        throw badRequest(
          `RouteSelectionExpression of an HTTP API is "$request.method $request.path", not ${selection}.`,
        );
      }
      const name = reader.required('Name');
      const cors = readCors(reader.inner('CorsConfiguration'));
      reader.accept('Description', 'Tags', 'Version', 'IpAddressType');
      reader.done();
      store.apis.put(id, { id, name, cors });
      return { ref: id, attributes: { ApiId: id, ApiEndpoint: `https://${executeApiHost(id, region)}` } };
    },
    remove(id) {
      const { routes, integrations, authorizers, deployments, stages } = store;
      for (const parts of [routes, integrations, authorizers, deployments, stages]) parts.deleteAll(id);
      store.apis.delete(id);
    },
  });
}

function readCors(reader: Reader | undefined): Cors | undefined {
  if (reader === undefined) return undefined;
  const cors = {
    allowCredentials: reader.flag('AllowCredentials'),
    allowHeaders: reader.strings('AllowHeaders'),
    allowMethods: reader.strings('AllowMethods').map((method) => method.toUpperCase()),
    allowOrigins: reader.strings('AllowOrigins'),
    exposeHeaders: reader.strings('ExposeHeaders'),
    maxAge: reader.number('MaxAge'),
  };
  reader.done();
  const wrong = cors.allowOrigins.find((origin) => !ORIGIN.test(origin));
  if (wrong !== undefined) throw badRequest(`CorsConfiguration: AllowOrigins has ${wrong}, which is no origin.`);
  if (cors.allowCredentials && cors.allowOrigins.includes('*')) {
    throw badRequest('CorsConfiguration: AllowOrigins cannot be "*" where AllowCredentials is true.');
  }
  const { maxAge = 0 } = cors;
  if (maxAge < -1 || maxAge > MAX_AGE_SECONDS) {
    throw badRequest(`CorsConfiguration: MaxAge is -1 to ${MAX_AGE_SECONDS} seconds, not ${maxAge}.`);
  }
  return cors;
}
