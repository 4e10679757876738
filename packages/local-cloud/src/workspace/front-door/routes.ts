import type { Cors } from './cors.ts';

/** A method of a service's REST API: `{ method: 'GET', path: '/v1/products/{sku}' }`. */
export interface Route {
  /** Upper case, or `ANY`. */
  readonly method: string;
  readonly path: string;
  /** With it, API Gateway answers `OPTIONS` on this path by itself. */
  readonly cors?: Cors;
}

/**
 * The routes of the resource at this path. A path's parameters match one segment, `{proxy+}` the rest; of several
 * resources that match, the one whose segments are literal furthest from the left is called.
 * @param segments of the decoded path, without the stage
 */
export function routesAt(routes: readonly Route[], segments: readonly string[]): readonly Route[] {
  const matching = routes.filter((route) => matches(route.path, segments));
  const first = matching.map(rankOf).sort()[0];
  return matching.filter((route) => rankOf(route) === first);
}

export function allows(route: Route, method: string): boolean {
  return route.method === method || route.method === 'ANY' || (method === 'OPTIONS' && route.cors !== undefined);
}

/** Orders resources as API Gateway chooses among them: literal before parameter before greedy, segment by segment. */
function rankOf({ path }: Route): string {
  const kinds = segmentsIn(path).map((segment) => (segment.endsWith('+}') ? 2 : segment.startsWith('{') ? 1 : 0));
  return kinds.join('');
}

const segmentsIn = (path: string): string[] => path.split('/').filter((segment) => segment !== '');

function matches(path: string, segments: readonly string[]): boolean {
  const wanted = segmentsIn(path);
  const greedy = wanted.at(-1)?.endsWith('+}') ?? false;
  if (greedy ? segments.length < wanted.length : segments.length !== wanted.length) return false;
  return wanted.every((segment, index) => segment.startsWith('{') || segment === segments[index]);
}

/** The decoded segments of a path, or undefined where the percent-encoding is broken. */
export function segmentsOf(path: string): string[] | undefined {
  try {
    return path
      .split('/')
      .filter((segment) => segment !== '')
      .map(decodeURIComponent);
  } catch {
    return undefined;
  }
}
