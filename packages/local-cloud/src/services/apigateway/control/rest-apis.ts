import type { Deployment, Method, Resource, RestApi } from '../documents.ts';
import { notFound } from '../reader.ts';
import type { ResourceContext } from '../resource-types/define.ts';
import { page, seconds, type ControlRoutes } from './route.ts';

export function restApiRoutes({ store }: ResourceContext): ControlRoutes {
  const find = (id = ''): RestApi => {
    const api = store.restApis.get(id);
    if (api === undefined) throw notFound(`Invalid API identifier specified: ${id}`);
    return api;
  };
  const viewResource = ({ id, parentId, path, pathPart }: Resource, apiId: string, embed: boolean): object => {
    const methods = store.methods.list(apiId).filter(({ resourceId }) => resourceId === id);
    const resourceMethods = methods.map((method) => [method.httpMethod, embed ? viewMethod(method) : {}]);
    return {
      id,
      path,
      ...(parentId !== undefined && { parentId, pathPart }),
      ...(methods.length > 0 && { resourceMethods: Object.fromEntries(resourceMethods) as object }),
    };
  };

  return {
    'GET /restapis': (call) => page(store.restApis.list().map(viewRestApi), call),
    'GET /restapis/{restApiId}': ({ params }) => ({ body: viewRestApi(find(params['restApiId'])) }),
    'GET /restapis/{restApiId}/resources'(call) {
      const { id } = find(call.params['restApiId']);
      const embed = call.query.getAll('embed').includes('methods');
      return page(
        store.resources.list(id).map((resource) => viewResource(resource, id, embed)),
        call,
      );
    },
    'GET /restapis/{restApiId}/resources/{resourceId}'({ params, query }) {
      const { id } = find(params['restApiId']);
      const resource = store.resources.get(params['resourceId'] ?? '', id);
      if (resource === undefined) throw notFound('Invalid Resource identifier specified');
      return { body: viewResource(resource, id, query.getAll('embed').includes('methods')) };
    },
    'GET /restapis/{restApiId}/deployments'(call) {
      const { id } = find(call.params['restApiId']);
      return page(store.deployments.list(id).map(viewDeployment), call);
    },
    'GET /restapis/{restApiId}/deployments/{deploymentId}'({ params }) {
      const { id } = find(params['restApiId']);
      const deployment = store.deployments.get(params['deploymentId'] ?? '', id);
      if (deployment === undefined) throw notFound('Invalid Deployment identifier specified');
      return { body: viewDeployment(deployment) };
    },
  };
}

function viewRestApi(api: RestApi): object {
  const { endpointTypes, policy, createdDate, ...fields } = api;
  return {
    ...fields,
    createdDate: seconds(createdDate),
    endpointConfiguration: { types: endpointTypes },
    disableExecuteApiEndpoint: false,
    ...(policy !== undefined && { policy: JSON.stringify(policy) }),
  };
}

function viewMethod({ integration, resourceId: _resource, ...method }: Method): object {
  const methodIntegration =
    integration.type === 'MOCK'
      ? { type: 'MOCK', passthroughBehavior: integration.passthroughBehavior }
      : {
          type: integration.type,
          httpMethod: 'POST',
          uri: integration.uri,
          timeoutInMillis: integration.timeoutInMillis,
        };
  return { ...method, methodIntegration };
}

function viewDeployment({ id, description, createdDate }: Deployment): object {
  return { id, description, createdDate: seconds(createdDate) };
}
