import {
  type ApiGatewayResourceType,
  badRequest,
  conflict,
  define,
  functionArnOf,
  newId,
  notFound,
  type Reader,
} from '../apigateway/index.ts';
import { deploymentType, readApiId, stageType } from '../apigateway-v2/index.ts';
import { takeSnapshot, type Integration, type Store } from './documents.ts';

const ROUTE_SELECTION = /^\$request\.body(?:\.[A-Za-z0-9_-]+)+$/;
const IDENTITY_SOURCE = /^(?:route\.request\.(?:header|querystring)\.|stageVariables\.)\S+$/;

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ApiGatewayV2.html */
export function createResourceTypes(store: Store): Record<string, ApiGatewayResourceType> {
  return {
    'AWS::ApiGatewayV2::Api': apiType(store),
    'AWS::ApiGatewayV2::Authorizer': authorizerType(store),
    'AWS::ApiGatewayV2::Deployment': deploymentType(store, (apiId) => takeSnapshot(store, apiId)),
    'AWS::ApiGatewayV2::Integration': integrationType(store),
    'AWS::ApiGatewayV2::Route': routeType(store),
    'AWS::ApiGatewayV2::RouteResponse': routeResponseType(store),
    'AWS::ApiGatewayV2::Stage': stageType(store, () => ({})),
  };
}

function apiType(store: Store): ApiGatewayResourceType {
  return define({
    type: 'AWS::ApiGatewayV2::Api',
    replacing: ['ProtocolType'],
    save(reader, ref) {
      const protocol = reader.text('ProtocolType');
      if (protocol !== 'WEBSOCKET') throw badRequest(`ProtocolType ${protocol} is not supported here: WEBSOCKET is.`);
      const id = ref ?? newId();
      const expression = reader.required('RouteSelectionExpression');
      if (!ROUTE_SELECTION.test(expression)) {
        throw badRequest(`RouteSelectionExpression ${expression} is not supported here: $request.body.… is.`);
      }
      const name = reader.required('Name');
      reader.accept('Description', 'Tags', 'Version', 'IpAddressType');
      reader.done();
      store.apis.put(id, { id, name, routeSelectionExpression: expression });
      return { ref: id, attributes: { ApiId: id } };
    },
    remove(id) {
      const { routes, routeResponses, integrations, authorizers, deployments, stages } = store;
      for (const parts of [routes, routeResponses, integrations, authorizers, deployments, stages]) parts.deleteAll(id);
      store.apis.delete(id);
    },
  });
}

function integrationType(store: Store): ApiGatewayResourceType {
  return define({
    type: 'AWS::ApiGatewayV2::Integration',
    replacing: ['ApiId'],
    save(reader, ref) {
      const apiId = readApiId(reader, store);
      const id = ref ?? newId(7);
      const type = reader.required('IntegrationType');
      if (type !== 'AWS_PROXY') throw badRequest(`The IntegrationType ${type} is not supported here: AWS_PROXY is.`);
      const method = reader.text('IntegrationMethod') ?? 'POST';
      if (method !== 'POST')
        throw badRequest(`IntegrationMethod: ${method} is not supported here: a Lambda function is called by POST.`);
      const integration: Integration = {
        id,
        functionArn: functionArnOf(reader.required('IntegrationUri')),
        timeoutInMillis: reader.number('TimeoutInMillis') ?? 29_000,
      };
      reader.accept('Description');
      reader.done();
      store.integrations.put(id, integration, apiId);
      return { ref: id, attributes: { IntegrationId: id } };
    },
    remove: (id, { ApiId: apiId }) => void store.integrations.delete(id, String(apiId)),
  });
}

function routeType(store: Store): ApiGatewayResourceType {
  return define({
    type: 'AWS::ApiGatewayV2::Route',
    replacing: ['ApiId'],
    save(reader, ref) {
      const apiId = readApiId(reader, store);
      const id = ref ?? newId(7);
      const routeKey = reader.required('RouteKey');
      const integrationId = /^integrations\/(.+)$/.exec(reader.text('Target') ?? '')?.[1];
      if (integrationId === undefined || store.integrations.get(integrationId, apiId) === undefined) {
        throw badRequest(`The route ${routeKey} needs a Target, "integrations/" and the id of an integration.`);
      }
      if (store.routes.list(apiId).some((other) => other.routeKey === routeKey && other.id !== id)) {
        throw conflict(`Route with key ${routeKey} already exists for this API`);
      }
      const authorizerId = readAuthorizerId(reader, routeKey);
      const response = reader.text('RouteResponseSelectionExpression');
      if (response !== undefined && response !== '$default') {
        throw badRequest('RouteResponseSelectionExpression can only be $default.');
      }
      reader.accept('OperationName');
      reader.done();
      store.routes.put(id, { id, routeKey, integrationId, authorizerId, responds: response !== undefined }, apiId);
      return { ref: id, attributes: { RouteId: id } };
    },
    remove: (id, { ApiId: apiId }) => void store.routes.delete(id, String(apiId)),
  });
}

function readAuthorizerId(reader: Reader, routeKey: string): string | undefined {
  const type = reader.text('AuthorizationType') ?? 'NONE';
  const authorizerId = reader.text('AuthorizerId');
  if (reader.flag('ApiKeyRequired')) throw badRequest('ApiKeyRequired of a WebSocket route is not supported here.');
  if (type === 'NONE') return undefined;
  if (type !== 'CUSTOM') throw badRequest(`The AuthorizationType ${type} is not supported here: NONE and CUSTOM are.`);
  if (routeKey !== '$connect') throw badRequest('Currently, authorization is restricted to the $connect route only');
  if (authorizerId === undefined) throw badRequest('The AuthorizationType CUSTOM needs an AuthorizerId.');
  return authorizerId;
}

function routeResponseType(store: Store): ApiGatewayResourceType {
  return define({
    type: 'AWS::ApiGatewayV2::RouteResponse',
    replacing: ['ApiId', 'RouteId', 'RouteResponseKey'],
    save(reader, ref) {
      const apiId = readApiId(reader, store);
      const id = ref ?? newId(7);
      const key = reader.required('RouteResponseKey');
      if (key !== '$default') throw badRequest(`RouteResponseKey can only be $default, not ${key}.`);
      const routeId = reader.required('RouteId');
      if (store.routes.get(routeId, apiId) === undefined) throw notFound('Invalid Route identifier');
      reader.done();
      store.routeResponses.put(id, { id, routeId }, apiId);
      return { ref: id, attributes: { RouteResponseId: id } };
    },
    remove: (id, { ApiId: apiId }) => void store.routeResponses.delete(id, String(apiId)),
  });
}

function authorizerType(store: Store): ApiGatewayResourceType {
  return define({
    type: 'AWS::ApiGatewayV2::Authorizer',
    replacing: ['ApiId'],
    save(reader, ref) {
      const apiId = readApiId(reader, store);
      const id = ref ?? newId(6);
      const type = reader.required('AuthorizerType');
      if (type !== 'REQUEST') throw badRequest(`The AuthorizerType ${type} is not supported here: REQUEST is.`);
      const identitySources = reader.strings('IdentitySource');
      const wrong = identitySources.find((source) => !IDENTITY_SOURCE.test(source));
      if (wrong !== undefined) throw badRequest(`IdentitySource: ${wrong} is not supported here.`);
      const functionArn = functionArnOf(reader.required('AuthorizerUri'));
      reader.accept('Name');
      reader.done();
      store.authorizers.put(id, { id, functionArn, identitySources }, apiId);
      return { ref: id, attributes: { AuthorizerId: id } };
    },
    remove: (id, { ApiId: apiId }) => void store.authorizers.delete(id, String(apiId)),
  });
}
