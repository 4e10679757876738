import { type ApiGatewayResourceType, badRequest, define, executeApiHost, newId } from '../../apigateway/index.ts';
import { readCors } from '../cors.ts';
import type { Store } from '../documents.ts';

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
      if (cors?.allowCredentials === true && cors.allowOrigins.includes('*')) {
        throw badRequest('CorsConfiguration: AllowOrigins cannot be "*" where AllowCredentials is true.');
      }
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
