import { parseJson } from '@dure/local-http/json';
import type { Method, Snapshot } from './documents.ts';
import type { Answer } from './exchange.ts';

const MOST = 20;

/** The API's routes, `GET /v1/orders`, without those that only answer preflight requests. */
export function routesOf({ resources, methods }: Pick<Snapshot, 'resources' | 'methods'>): string[] {
  const paths = new Map(resources.map(({ id, path }) => [id, path]));
  return methods
    .filter((method) => !isPreflight(method))
    .map(({ httpMethod, resourceId }) => `${httpMethod} ${paths.get(resourceId)}`);
}

const isPreflight = ({ httpMethod, integration }: Method): boolean =>
  httpMethod === 'OPTIONS' && integration.type === 'MOCK';

/** How many of the API's routes a MOCK integration answers. */
export const mocksAmong = (methods: readonly Method[]): number =>
  methods.filter((method) => method.integration.type === 'MOCK' && !isPreflight(method)).length;

/** For a person whose request matches none of the routes: those of the same path, otherwise all. */
export function missingRoute(method: string, path: string, routes: readonly string[], resource?: string): string {
  const near = routes.filter((route) => route.slice(route.indexOf(' ') + 1) === resource);
  const listed = near.length > 0 ? near : routes;
  const more = listed.length > MOST ? ` and ${listed.length - MOST} more` : '';
  return `There is no route ${method} ${path}. There are ${listed.slice(0, MOST).join(', ')}${more}.`;
}

/** The API's own response may leave the message out, as problem documents do: then it is their detail. */
export function withDetail(answer: Answer, detail: string): Answer {
  const text = answer.body.toString();
  const members = parseJson(text);
  const isSaid = text.includes(JSON.stringify(detail).slice(1, -1));
  if (isSaid || members === null || typeof members !== 'object' || 'detail' in members) return answer;
  return { ...answer, body: Buffer.from(JSON.stringify({ ...members, detail })) };
}
