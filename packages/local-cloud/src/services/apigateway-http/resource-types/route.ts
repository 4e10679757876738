import {
  type ApiGatewayResourceType,
  badRequest,
  conflict,
  define,
  newId,
  type Reader,
} from '../../apigateway/index.ts';
import { readApiId } from '../../apigateway-v2/index.ts';
import type { Route, Store } from '../documents.ts';

const ROUTE_KEY =
  /^(?:\$default|(?:ANY|DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT) \/(?:(?:[^/{}\s]+|\{[\w.-]+\})(?:\/(?:[^/{}\s]+|\{[\w.-]+\}))*(?:\/\{[\w.-]+\+\})?\/?|\{[\w.-]+\+\})?)$/;

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-route.html */
export function routeType(store: Store): ApiGatewayResourceType {
  return define({
    type: 'AWS::ApiGatewayV2::Route',
    replacing: ['ApiId'],
    save(reader, ref) {
      const apiId = readApiId(reader, store);
      const id = ref ?? newId(7);
      const routeKey = reader.required('RouteKey');
      if (!ROUTE_KEY.test(routeKey)) {
        throw badRequest(
          `The route key ${routeKey} is neither "$default" nor a method and a path: "GET /orders/{id}".`,
        );
      }
      const integrationId = /^integrations\/(.+)$/.exec(reader.text('Target') ?? '')?.[1];
      if (integrationId === undefined || store.integrations.get(integrationId, apiId) === undefined) {
        throw badRequest(`The route ${routeKey} needs a Target, "integrations/" and the id of an integration.`);
      }
      if (store.routes.list(apiId).some((other) => other.routeKey === routeKey && other.id !== id)) {
        throw conflict(`Route with key ${routeKey} already exists for this API`);
      }
      const authorization = readAuthorization(
        reader,
        (authorizerId) => store.authorizers.get(authorizerId, apiId)?.type,
      );
      reader.accept('OperationName');
      reader.done();
      store.routes.put(id, { id, routeKey, integrationId, ...authorization }, apiId);
      return { ref: id, attributes: { RouteId: id } };
    },
    remove: (id, { ApiId: apiId }) => void store.routes.delete(id, String(apiId)),
  });
}

type Authorization = Pick<Route, 'authorizationType' | 'authorizerId' | 'scopes'>;

const WANTED = { JWT: 'JWT', CUSTOM: 'REQUEST' } as const;

function readAuthorization(reader: Reader, typeOf: (authorizerId: string) => string | undefined): Authorization {
  const authorizationType = reader.text('AuthorizationType') ?? 'NONE';
  const authorizerId = reader.text('AuthorizerId');
  const scopes = reader.strings('AuthorizationScopes');
  if (reader.flag('ApiKeyRequired')) throw badRequest('ApiKeyRequired: HTTP APIs have no API keys.');
  if (scopes.length > 0 && authorizationType !== 'JWT') {
    throw badRequest('AuthorizationScopes are of the AuthorizationType JWT.');
  }
  if (authorizationType === 'NONE' || authorizationType === 'AWS_IAM') {
    return { authorizationType, authorizerId: undefined, scopes };
  }
  if (authorizationType !== 'JWT' && authorizationType !== 'CUSTOM') {
    throw badRequest(`AuthorizationType is NONE, JWT, CUSTOM or AWS_IAM, not ${authorizationType}.`);
  }
  if (authorizerId === undefined || typeOf(authorizerId) !== WANTED[authorizationType]) {
    throw badRequest(
      `The AuthorizationType ${authorizationType} needs the AuthorizerId of a ${WANTED[authorizationType]} authorizer.`,
    );
  }
  return { authorizationType, authorizerId, scopes };
}
