import type { APIGatewayProxyEvent } from 'aws-lambda';

/** Makes the paths of a service's own endpoints into paths that its caller can follow. */
export interface Linked {
  path(href: string): string;
  /** For JSON.stringify: does it for every `href` in `_links`. */
  inBody(this: unknown, key: string, value: unknown): unknown;
}

const OWN_PATH = /^\/v\d+\//;

/**
 * Handlers name paths as contracts do, `/v1/orders/…`. A caller's begin with the stage, or with a custom domain's base
 * path: with whatever stands before the endpoint in the path that was requested. What a proxy takes off before
 * the stage is in `DURE_PATH_PREFIX`: a header could be forged. A base path has nothing before it.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html#context-variable-reference
 *
 * @example
 * ```ts
 * import { linkedFrom } from '@dure/contracts/binding/links';
 * import type { APIGatewayProxyEvent } from 'aws-lambda';
 *
 * export const pathOf = (event: APIGatewayProxyEvent) => linkedFrom(event).path('/v1/things');
 * ```
 */
export function linkedFrom({ resource, requestContext }: APIGatewayProxyEvent): Linked {
  const parts = (requestContext?.path ?? '').split('/');
  const stage = parts.slice(0, Math.max(0, parts.length - (resource.split('/').length - 1))).join('/');
  const before = stage === `/${requestContext?.stage}` ? (process.env['DURE_PATH_PREFIX'] ?? '') : '';
  const path = (href: string): string => (OWN_PATH.test(href) ? `${before}${stage}${href}` : href);
  return { path, inBody: (key, value) => (key === '_links' ? withPaths(value, path) : value) };
}

/** What is no link stays as it is: the data of a message may have anything. */
function withPaths(links: unknown, path: (href: string) => string): unknown {
  if (typeof links !== 'object' || links === null) return links;
  return Object.fromEntries(
    Object.entries(links as Readonly<Record<string, { readonly href?: unknown } | null>>).map(([name, link]) =>
      typeof link?.href === 'string' ? [name, { ...link, href: path(link.href) }] : [name, link],
    ),
  );
}
