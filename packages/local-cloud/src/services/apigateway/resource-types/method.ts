import type { Method } from '../documents.ts';
import type { ApiGatewayResourceType } from '../index.ts';
import { badRequest, type Reader } from '../reader.ts';
import { define, readApiId, type ResourceContext } from './define.ts';
import { readIntegration } from './integration.ts';

const METHODS = ['ANY', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];
const REQUEST_PARAMETER = /^method\.request\.(?:header|querystring|path)\.[^\s]+$/;

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-method.html */
export function methodType(context: ResourceContext): ApiGatewayResourceType {
  const { store } = context;
  return define({
    type: 'AWS::ApiGateway::Method',
    replacing: ['RestApiId', 'ResourceId', 'HttpMethod'],
    save(reader) {
      const apiId = readApiId(reader, context);
      const resourceId = reader.required('ResourceId');
      if (store.resources.get(resourceId, apiId) === undefined) {
        throw badRequest(`Invalid Resource identifier specified: ${resourceId}`);
      }
      const method = readMethod(reader, resourceId, store.restApis.get(apiId)!.endpointTypes);
      for (const name of Object.values(method.requestModels)) requireModel(name, apiId);
      const { requestValidatorId, authorizerId } = method;
      if (requestValidatorId !== undefined && store.validators.get(requestValidatorId, apiId) === undefined) {
        throw badRequest(`Invalid Request Validator identifier specified: ${requestValidatorId}`);
      }
      if (authorizerId !== undefined && store.authorizers.get(authorizerId, apiId) === undefined) {
        throw badRequest(`Invalid authorizer ID specified: ${authorizerId}`);
      }
      const key = `${resourceId}|${method.httpMethod}`;
      store.methods.put(key, method, apiId);
      return { ref: `${apiId}|${key}`, attributes: {} };
    },
    remove(ref) {
      const [apiId = '', resourceId, httpMethod] = ref.split('|');
      store.methods.delete(`${resourceId}|${httpMethod}`, apiId);
    },
  });

  function requireModel(name: string, apiId: string): void {
    if (store.models.get(name, apiId) === undefined) throw badRequest(`Invalid model identifier specified: ${name}`);
  }
}

function readMethod(reader: Reader, resourceId: string, endpointTypes: readonly string[]): Method {
  const httpMethod = reader.required('HttpMethod');
  if (!METHODS.includes(httpMethod)) throw badRequest(`Invalid HTTP method specified: ${httpMethod}`);
  const integration = reader.inner('Integration');
  if (integration === undefined) throw badRequest('AWS::ApiGateway::Method: Integration is required.');
  const requestParameters = reader.flagMap('RequestParameters');
  const unknown = Object.keys(requestParameters).find((name) => !REQUEST_PARAMETER.test(name));
  if (unknown !== undefined) throw badRequest(`RequestParameters: ${unknown} is not supported here.`);
  if (reader.strings('AuthorizationScopes').length > 0) {
    throw badRequest('AuthorizationScopes need a Cognito user pool, which is not supported here.');
  }
  reader.accept('MethodResponses');
  const method: Method = {
    resourceId,
    httpMethod,
    apiKeyRequired: reader.flag('ApiKeyRequired'),
    ...readAuthorization(reader),
    operationName: reader.text('OperationName'),
    requestValidatorId: reader.text('RequestValidatorId'),
    requestParameters,
    requestModels: reader.textMap('RequestModels'),
    integration: readIntegration(integration, endpointTypes),
  };
  reader.done();
  return method;
}

function readAuthorization(reader: Reader): Pick<Method, 'authorizationType' | 'authorizerId'> {
  const authorizationType = reader.text('AuthorizationType') ?? 'NONE';
  const authorizerId = reader.text('AuthorizerId');
  if (authorizationType === 'NONE' || authorizationType === 'AWS_IAM') return { authorizationType };
  if (authorizationType !== 'CUSTOM') {
    throw badRequest(`The AuthorizationType ${authorizationType} is not supported here. NONE, CUSTOM and AWS_IAM are.`);
  }
  if (authorizerId === undefined) throw badRequest('The AuthorizationType CUSTOM needs an AuthorizerId.');
  return { authorizationType, authorizerId };
}
