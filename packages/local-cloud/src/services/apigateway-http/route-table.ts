import type { Route } from './documents.ts';

export interface RouteMatch {
  readonly route: Route;
  /** Decoded, as the path is. */
  readonly pathParameters: Readonly<Record<string, string>>;
}

interface Entry {
  readonly route: Route;
  readonly method: string;
  readonly segments: readonly string[];
}

const DEFAULT = '$default';

/**
 * Finds the route of a request: one without a greedy variable first, then one with it, then `$default`. Where several
 * fit, a name goes before a variable, and a method before `ANY`. A slash at the end counts.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export function createRouteTable(routes: readonly Route[]): (method: string, path: string) => RouteMatch | undefined {
  const entries = routes.filter(({ routeKey }) => routeKey !== DEFAULT).map(entryOf);
  entries.sort(bySpecificity);
  const otherwise = routes.find(({ routeKey }) => routeKey === DEFAULT);
  return (method, path) => {
    const segments = segmentsOf(path);
    for (const entry of entries) {
      if (entry.method !== method && entry.method !== 'ANY') continue;
      const pathParameters = match(entry.segments, segments);
      if (pathParameters !== undefined) return { route: entry.route, pathParameters };
    }
    return otherwise && { route: otherwise, pathParameters: {} };
  };
}

function entryOf(route: Route): Entry {
  const [method = '', path = ''] = route.routeKey.split(' ');
  return { route, method, segments: segmentsOf(path) };
}

const segmentsOf = (path: string): string[] => path.split('/').slice(1);

/** 0 is a name, 1 a variable, 2 a greedy one. */
const rank = (segment = ''): number => (/\+\}$/.test(segment) ? 2 : segment.startsWith('{') ? 1 : 0);

function bySpecificity(left: Entry, right: Entry): number {
  const greedy = Number(rank(left.segments.at(-1)) === 2) - Number(rank(right.segments.at(-1)) === 2);
  if (greedy !== 0) return greedy;
  for (const [index, segment] of left.segments.entries()) {
    const difference = rank(segment) - rank(right.segments[index]);
    if (difference !== 0) return difference;
  }
  return Number(left.method === 'ANY') - Number(right.method === 'ANY') || right.segments.length - left.segments.length;
}

function match(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index];
    if (segment === undefined) return undefined;
    const [, name, plus] = /^\{(.+?)(\+?)\}$/.exec(part) ?? [];
    if (name === undefined) {
      if (part !== segment) return undefined;
    } else if (plus === '+') {
      const rest = segments.slice(index).join('/');
      return rest === '' ? undefined : { ...parameters, [name]: rest };
    } else if (segment === '') return undefined;
    else parameters[name] = segment;
  }
  return pattern.length === segments.length ? parameters : undefined;
}
