import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Route } from './routes.ts';

/** What a method says of pages of other origins, as the framework reads `cors` of an `http` event. */
export interface Cors {
  /** `*` stands for any part: `https://*.example.com`. */
  readonly origins: readonly string[];
  readonly headers: readonly string[];
  readonly methods: readonly string[];
  readonly allowCredentials: boolean;
  readonly maxAge?: number;
  readonly cacheControl?: string;
}

const HEADERS = [
  'Content-Type',
  'X-Amz-Date',
  'Authorization',
  'X-Api-Key',
  'X-Amz-Security-Token',
  'X-Amz-User-Agent',
  'X-Amzn-Trace-Id',
];

type Given = { readonly [Name in 'headers' | 'origins']?: string | readonly string[] } & {
  readonly origin?: string;
  readonly methods?: readonly string[];
  readonly allowCredentials?: boolean;
  readonly maxAge?: number;
  readonly cacheControl?: string;
};

/**
 * Reads `cors` of an `http` event: `true`, or what differs from the defaults.
 * Source: lib/plugins/aws/package/compile/events/api-gateway/lib/validate.js of the framework
 */
export function readCors(cors: unknown, method: string): Cors | undefined {
  if (cors === undefined || cors === null || cors === false) return undefined;
  const given: Given = typeof cors === 'object' ? cors : {};
  const origins = [given.origins ?? given.origin?.split(',') ?? '*'].flat().map((origin) => origin.trim());
  const { methods = [], allowCredentials = false, maxAge, cacheControl } = given;
  return {
    origins,
    headers: [given.headers ?? HEADERS].flat(),
    methods: [...new Set([...methods, 'OPTIONS', method])],
    allowCredentials,
    ...(maxAge !== undefined && { maxAge }),
    ...(cacheControl !== undefined && { cacheControl }),
  };
}

/** What holds at a path: all that its methods say, together. */
export function corsOf(routes: readonly Route[]): Cors | undefined {
  const all = routes.flatMap(({ cors }) => cors ?? []);
  if (all.length === 0) return undefined;
  const union = (name: 'origins' | 'headers' | 'methods') => [...new Set(all.flatMap((cors) => cors[name]))];
  return {
    ...Object.assign({}, ...all),
    origins: union('origins'),
    headers: union('headers'),
    methods: union('methods'),
    allowCredentials: all.some(({ allowCredentials }) => allowCredentials),
  };
}

/** Whether a function answers preflight requests at this path, so that what it says of other origins is not known here. */
export const decidesByItself = (routes: readonly Route[]): boolean =>
  routes.some(({ method, cors }) => cors === undefined && (method === 'OPTIONS' || method === 'ANY'));

/** Whether pages of this origin may call the path; of no known origin, where all may. */
export const permits = ({ origins }: Cors, origin: string | undefined): boolean =>
  origins.some((allowed) => allowed === '*' || (origin !== undefined && toExpression(allowed).test(origin)));

/**
 * Answers a preflight request as API Gateway does with the framework's `OPTIONS` method: always by what the
 * configuration says, never by what is asked.
 */
export function answerPreflight({ headers: { origin } }: IncomingMessage, response: ServerResponse, cors: Cors): void {
  const { origins, methods, allowCredentials, maxAge, cacheControl } = cors;
  const asker = origin !== undefined && !origins.includes('*') && permits(cors, origin) ? origin : undefined;
  const all = methods.includes('ANY') ? ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'] : methods;
  response.writeHead(200, {
    'content-type': 'application/json',
    'access-control-allow-origin': asker ?? (origins.includes('*') ? '*' : (origins[0] ?? '')),
    'access-control-allow-headers': cors.headers.join(','),
    'access-control-allow-methods': all.join(','),
    ...(allowCredentials && { 'access-control-allow-credentials': 'true' }),
    ...(maxAge !== undefined && { 'access-control-max-age': String(maxAge) }),
    ...(cacheControl !== undefined && { 'cache-control': cacheControl }),
    ...(!origins.includes('*') && { vary: 'origin' }),
  });
  response.end();
}

function toExpression(allowed: string): RegExp {
  const parts = allowed.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^/]+')}$`);
}
