import type { ApiKey } from '../documents.ts';
import { notFound, read } from '../reader.ts';
import type { ResourceContext } from '../resource-types/define.ts';
import { removeApiKey, saveApiKey } from '../resource-types/usage-plan.ts';
import { newId } from '../store.ts';
import {
  page,
  patchOperations,
  refusePatch,
  seconds,
  type ControlCall,
  type ControlRoutes,
  type PatchOperation,
} from './route.ts';

export function apiKeyRoutes(context: ResourceContext): ControlRoutes {
  const { store } = context;
  const find = ({ params }: ControlCall): ApiKey => {
    const key = store.apiKeys.get(params['apiKey'] ?? '');
    if (key === undefined) throw notFound('Invalid API Key identifier specified');
    return key;
  };

  return {
    'GET /apikeys'(call) {
      const name = call.query.get('name') ?? '';
      const customerId = call.query.get('customerId');
      const keys = store.apiKeys
        .list()
        .filter((key) => key.name.startsWith(name) && (customerId === null || key.customerId === customerId));
      const withValue = call.query.get('includeValues') === 'true';
      return page(
        keys.map((key) => view(key, withValue)),
        call,
      );
    },
    'POST /apikeys'({ body }) {
      const reader = read('CreateApiKey', body);
      reader.accept('generateDistinctId');
      const key = {
        name: reader.text('name') ?? `key-${newId()}`,
        value: reader.text('value'),
        description: reader.text('description'),
        customerId: reader.text('customerId'),
        enabled: reader.flag('enabled'),
        tags: reader.textMap('tags'),
      };
      reader.done();
      return { status: 201, body: view(saveApiKey(context, key), true) };
    },
    'GET /apikeys/{apiKey}': (call) => ({ body: view(find(call), call.query.get('includeValue') === 'true') }),
    'PATCH /apikeys/{apiKey}'(call) {
      const key = patchOperations(call).reduce(patch, find(call));
      return { body: view(saveApiKey(context, key, key.id), false) };
    },
    'DELETE /apikeys/{apiKey}'(call) {
      removeApiKey(store, find(call).id);
      return { status: 202 };
    },
  };
}

/** Source: https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateApiKey.html */
function patch(key: ApiKey, operation: PatchOperation): ApiKey {
  const { op, path, value } = operation;
  if (op !== 'replace') return refusePatch(operation);
  if (path === '/enabled') return { ...key, enabled: value === 'true' };
  if (path === '/name' || path === '/description' || path === '/customerId') return { ...key, [path.slice(1)]: value };
  return refusePatch(operation);
}

function view({ value, createdDate, lastUpdatedDate, ...key }: ApiKey, withValue: boolean): object {
  return {
    ...key,
    ...(withValue && { value }),
    createdDate: seconds(createdDate),
    lastUpdatedDate: seconds(lastUpdatedDate),
    stageKeys: [],
  };
}
