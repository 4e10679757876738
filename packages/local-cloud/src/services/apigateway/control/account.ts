import { badRequest, notFound } from '../reader.ts';
import type { ResourceContext } from '../resource-types/define.ts';
import type { Collection } from '../store.ts';
import { patchOperations, refusePatch, type ControlCall, type ControlRoutes } from './route.ts';

/** Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
const ACCOUNT_THROTTLE = { burstLimit: 5000, rateLimit: 10_000 };

interface Tagged {
  readonly tags: Readonly<Record<string, string>>;
}

/** The account's settings, and the tags of anything that has an ARN. */
export function accountRoutes({ store }: ResourceContext): ControlRoutes {
  const account = (): object => ({
    ...store.account.get('account'),
    throttleSettings: ACCOUNT_THROTTLE,
    features: ['UsagePlans'],
    apiKeyVersion: '4',
  });

  /** The thing that an ARN names, and how to change its tags. */
  function tagged({ params }: ControlCall): { tags: Tagged['tags']; put(tags: Tagged['tags']): void } {
    const arn = params['resourceArn'] ?? '';
    const [, kind, id = '', , stage] = arn.slice(arn.indexOf('::/') + 2).split('/');
    if (!/^arn:[\w-]+:apigateway:[\w-]+::\//.test(arn))
      throw badRequest(`Invalid ARN specified in the request: ${arn}`);
    if (kind === 'restapis' && stage !== undefined) return of(store.stages, stage, id);
    if (kind === 'restapis') return of(store.restApis, id);
    if (kind === 'apikeys') return of(store.apiKeys, id);
    if (kind === 'usageplans') return of(store.usagePlans, id);
    throw badRequest(`Tags of ${arn} are not supported here.`);
  }

  function of<Document extends Tagged>(
    collection: Collection<Document>,
    id: string,
    scope?: string,
  ): ReturnType<typeof tagged> {
    const document = collection.get(id, scope);
    if (document === undefined) throw notFound(`Invalid resource identifier specified: ${id}`);
    return { tags: document.tags, put: (tags) => collection.put(id, { ...document, tags }, scope) };
  }

  return {
    'GET /account': () => ({ body: account() }),
    'PATCH /account'(call) {
      for (const operation of patchOperations(call)) {
        if (operation.path !== '/cloudwatchRoleArn') refusePatch(operation);
        const cloudwatchRoleArn = operation.op === 'remove' ? undefined : operation.value;
        store.account.put('account', { cloudwatchRoleArn });
      }
      return { body: account() };
    },
    'GET /tags/{resourceArn}': (call) => ({ body: { tags: tagged(call).tags } }),
    'PUT /tags/{resourceArn}'(call) {
      const { tags, put } = tagged(call);
      put({ ...tags, ...(call.body['tags'] as Record<string, string>) });
      return { status: 204 };
    },
    'DELETE /tags/{resourceArn}'(call) {
      const { tags, put } = tagged(call);
      const removed = call.query.getAll('tagKeys');
      put(Object.fromEntries(Object.entries(tags).filter(([key]) => !removed.includes(key))));
      return { status: 204 };
    },
  };
}
