import type { Snapshot } from './documents.ts';

const MOST = 20;

/** The API's routes, `GET /v1/orders`, without those that only answer preflight requests. */
export function routesOf({ resources, methods }: Pick<Snapshot, 'resources' | 'methods'>): string[] {
  const paths = new Map(resources.map(({ id, path }) => [id, path]));
  return methods
    .filter(({ httpMethod, integration }) => !(httpMethod === 'OPTIONS' && integration.type === 'MOCK'))
    .map(({ httpMethod, resourceId }) => `${httpMethod} ${paths.get(resourceId)}`);
}

/** For a person whose request matches none of the routes: those of the same path, otherwise all. */
export function missingRoute(method: string, path: string, routes: readonly string[], resource?: string): string {
  const near = routes.filter((route) => route.slice(route.indexOf(' ') + 1) === resource);
  const listed = near.length > 0 ? near : routes;
  const more = listed.length > MOST ? ` and ${listed.length - MOST} more` : '';
  return `There is no route ${method} ${path}. There are ${listed.slice(0, MOST).join(', ')}${more}.`;
}
