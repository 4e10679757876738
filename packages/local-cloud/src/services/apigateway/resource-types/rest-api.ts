import type { RestApi } from '../documents.ts';
import type { ApiGatewayResourceType } from '../index.ts';
import { parsePolicy } from '../policy.ts';
import { badRequest, type Reader } from '../reader.ts';
import { newId } from '../store.ts';
import { conflict, define, readApiId, readTags, type ResourceContext } from './define.ts';

const MAX_COMPRESSION_SIZE = 10 * 1024 * 1024;
const PATH_PART = /^(?:[A-Za-z0-9._~:@$!+-]+|\{[A-Za-z0-9._:-]+\+?\})$/;

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-restapi.html */
export function restApiType(context: ResourceContext): ApiGatewayResourceType {
  const { store, now } = context;
  return define({
    type: 'AWS::ApiGateway::RestApi',
    replacing: [],
    save(reader, ref) {
      const existing = ref === undefined ? undefined : store.restApis.get(ref);
      const id = existing?.id ?? newId();
      const rootResourceId = existing?.rootResourceId ?? newId();
      const api: RestApi = { ...readRestApi(reader), id, rootResourceId, createdDate: existing?.createdDate ?? now() };
      store.restApis.put(id, api);
      if (existing === undefined)
        store.resources.put(rootResourceId, { id: rootResourceId, pathPart: '', path: '/' }, id);
      return { ref: id, attributes: { RootResourceId: rootResourceId, RestApiId: id } };
    },
    remove(id) {
      const { resources, methods, models, validators, gatewayResponses, authorizers, deployments, stages } = store;
      const parts = [resources, methods, models, validators, gatewayResponses, authorizers, deployments, stages];
      for (const collection of parts) collection.deleteAll(id);
      store.restApis.delete(id);
    },
  });
}

function readRestApi(reader: Reader): Omit<RestApi, 'id' | 'rootResourceId' | 'createdDate'> {
  const endpoint = reader.inner('EndpointConfiguration');
  const endpointTypes = endpoint?.strings('Types') ?? ['EDGE'];
  endpoint?.accept('IpAddressType');
  endpoint?.done();
  const type = endpointTypes.find((name) => name !== 'EDGE' && name !== 'REGIONAL');
  if (type !== undefined)
    throw badRequest(`AWS::ApiGateway::RestApi: the endpoint type ${type} is not supported here.`);
  if (reader.flag('DisableExecuteApiEndpoint')) {
    throw badRequest(
      'AWS::ApiGateway::RestApi: DisableExecuteApiEndpoint needs a custom domain, which is not supported.',
    );
  }
  const apiKeySource = reader.text('ApiKeySourceType') ?? 'HEADER';
  if (apiKeySource !== 'HEADER' && apiKeySource !== 'AUTHORIZER') {
    throw badRequest(`AWS::ApiGateway::RestApi: ApiKeySourceType is HEADER or AUTHORIZER, not ${apiKeySource}.`);
  }
  const policy = readPolicy(reader.raw('Policy'));
  if (policy !== undefined) parsePolicy(policy, 'resource policy');
  reader.accept('FailOnWarnings', 'SecurityPolicy', 'EndpointAccessMode', 'Mode');
  const api = {
    name: reader.required('Name'),
    description: reader.text('Description'),
    apiKeySource,
    binaryMediaTypes: reader.strings('BinaryMediaTypes'),
    endpointTypes,
    minimumCompressionSize: readCompressionSize(reader),
    policy,
    tags: readTags(reader),
  } as const;
  reader.done();
  return api;
}

function readCompressionSize(reader: Reader): number | undefined {
  const size = reader.number('MinimumCompressionSize');
  if (size === undefined || (Number.isInteger(size) && size >= 0 && size <= MAX_COMPRESSION_SIZE)) return size;
  throw badRequest(
    `AWS::ApiGateway::RestApi: MinimumCompressionSize is 0 to ${MAX_COMPRESSION_SIZE} bytes, not ${size}.`,
  );
}

/** Serverless says `''` where there is no policy any more. */
function readPolicy(policy: unknown): unknown {
  if (policy === '' || policy === undefined) return undefined;
  return typeof policy === 'string' ? (JSON.parse(policy) as unknown) : policy;
}

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-resource.html */
export function resourceType(context: ResourceContext): ApiGatewayResourceType {
  const { store } = context;
  return define({
    type: 'AWS::ApiGateway::Resource',
    replacing: ['RestApiId', 'ParentId', 'PathPart'],
    save(reader, ref) {
      const apiId = readApiId(reader, context);
      const parentId = reader.required('ParentId');
      const pathPart = reader.required('PathPart');
      reader.done();
      const parent = store.resources.get(parentId, apiId);
      if (parent === undefined) throw badRequest(`Invalid Resource identifier specified: ${parentId}`);
      if (!PATH_PART.test(pathPart)) {
        throw badRequest(`The path part "${pathPart}" is neither a name, nor "{name}", nor "{name+}".`);
      }
      if (parent.path.endsWith('+}')) throw badRequest(`${parent.path} is greedy and has no resources below it.`);
      const id = ref ?? newId();
      const siblings = store.resources
        .list(apiId)
        .filter((sibling) => sibling.parentId === parentId && sibling.id !== id);
      refuseSiblings(pathPart, siblings);
      const path = `${parent.path === '/' ? '' : parent.path}/${pathPart}`;
      store.resources.put(id, { id, parentId, pathPart, path }, apiId);
      return { ref: id, attributes: { ResourceId: id } };
    },
    remove: (id, { RestApiId: apiId }) => void store.resources.delete(id, String(apiId)),
  });
}

function refuseSiblings(pathPart: string, siblings: readonly { pathPart: string }[]): void {
  if (siblings.some((sibling) => sibling.pathPart === pathPart)) {
    throw conflict(`Another resource with the same parent already has this name: ${pathPart}`);
  }
  const variable = siblings.find((sibling) => sibling.pathPart.startsWith('{'));
  if (pathPart.startsWith('{') && variable !== undefined) {
    throw badRequest(
      `A sibling (${variable.pathPart}) of this resource already has a variable path part -- only one unique variable ` +
        'path part is allowed',
    );
  }
}
