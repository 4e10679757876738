/** A method of a service's REST API: `{ method: 'GET', path: '/v1/products/{sku}' }`. */
export interface Route {
  /** Upper case, or `ANY`. */
  readonly method: string;
  readonly path: string;
  /** Whether API Gateway answers `OPTIONS` on this path by itself. */
  readonly cors: boolean;
}

/**
 * Whether the API has this method at this path. A resource's path parameters match one segment, `{proxy+}` the rest.
 * @param segments of the decoded path, without the stage
 */
export function hasRoute(routes: readonly Route[], method: string, segments: readonly string[]): boolean {
  return routes.some((route) => allows(route, method) && matches(route.path, segments));
}

function allows(route: Route, method: string): boolean {
  return route.method === method || route.method === 'ANY' || (method === 'OPTIONS' && route.cors);
}

function matches(path: string, segments: readonly string[]): boolean {
  const wanted = path.split('/').filter((segment) => segment !== '');
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
