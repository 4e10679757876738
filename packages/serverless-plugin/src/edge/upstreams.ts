import { isInside } from '@dure/webhooks/post';
import { isIP } from 'node:net';
import { ConfigurationError, type FunctionEvent, type Json, type Resource } from '../types.ts';

/** A path that another system serves, such as the one that is being left. */
export interface Upstream {
  /** `/legacy`: it, and everything below it. */
  readonly path: string;
  /** What the path stands for: `https://shop.example.com/old`. */
  readonly url: string;
  /** By default GET alone. */
  readonly methods?: readonly string[];
  /** For the whole answer; ten seconds by default. */
  readonly timeoutMs?: number;
  /** Whether the caller's `Authorization` goes on to it. */
  readonly authorization?: 'forward';
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
const DEFAULT_TIMEOUT_MS = 10_000;

export const upstreamSchema = {
  type: 'array',
  items: {
    type: 'object',
    properties: {
      path: { type: 'string', pattern: '^(?:/[a-z][a-z0-9-]*)+$' },
      url: { type: 'string' },
      methods: { type: 'array', items: { enum: METHODS }, minItems: 1, uniqueItems: true },
      timeoutMs: { type: 'integer', minimum: 50, maximum: 29_000 },
      authorization: { const: 'forward' },
    },
    required: ['path', 'url'],
    additionalProperties: false,
  },
};

/**
 * The methods of an API that hand requests on. API Gateway itself asks the other system: no function is in between, and no
 * redirect is followed.
 * @param options.local a laptop's own addresses may be asked
 * @throws ConfigurationError for a URL that must not be asked, and a path that a service has itself
 */
export function upstreamEvents(
  upstreams: readonly Upstream[],
  { local, keys }: { readonly local: boolean; readonly keys: boolean },
): FunctionEvent[] {
  return upstreams.flatMap(({ path, url, methods = ['GET'], timeoutMs = DEFAULT_TIMEOUT_MS }) => {
    const fault = faultOf(path, url, local);
    if (fault !== undefined) throw new ConfigurationError(`custom.dure.edge.upstreams: ${path}: ${fault}`);
    const base = url.replace(/\/$/, '');
    const usual = { integration: 'http-proxy', private: keys, timeoutInMillis: timeoutMs };
    return methods.flatMap((method): FunctionEvent[] => [
      { http: { ...usual, method: method.toLowerCase(), path, request: { uri: `${base}/` } } },
      {
        http: {
          ...{ ...usual, method: method.toLowerCase(), path: `${path}/{proxy+}` },
          request: { uri: `${base}/{proxy}`, parameters: { paths: { proxy: true } } },
        },
      },
    ]);
  });
}

function faultOf(path: string, address: string, local: boolean): string | undefined {
  if (/^\/v\d+(?:\/|$)/.test(path)) return 'such paths are those of contracts.';
  const url = URL.parse(address);
  const schemes = local ? ['https:', 'http:'] : ['https:'];
  if (url === null || !schemes.includes(url.protocol)) return `${address} is not an https:// URL.`;
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '' || /[{}$]/.test(address)) {
    return `${address} has more than a host and a path.`;
  }
  if (local) return undefined;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isOwn =
    isIP(host) === 0 ? !host.includes('.') || /(?:^|\.)(?:localhost|local|internal)$/.test(host) : isInside(host);
  return isOwn ? `${host} is an internal address.` : undefined;
}

/** What an upstream gets instead of what is meant for the gateway alone: a header can be replaced, and not left out. */
const NOTHING = "'-'";

/** Keeps API keys, and access tokens unless it is said otherwise, from upstreams. */
export function keepCredentials(resources: Record<string, Resource>, upstreams: readonly Upstream[]): void {
  // By their paths: two of them may ask the same URL.
  const trusted = upstreams
    .filter(({ authorization }) => authorization === 'forward')
    .flatMap(({ path }) => [path, `${path}/{proxy+}`]);
  for (const { Type, Properties } of Object.values(resources)) {
    if (Type !== 'AWS::ApiGateway::Method') continue;
    const integration = Properties['Integration'] as Record<string, Json> | undefined;
    if (integration?.['Type'] !== 'HTTP_PROXY') continue;
    const isTrusted = trusted.includes(pathOf(resources, Properties['ResourceId']));
    integration['RequestParameters'] = {
      ...(integration['RequestParameters'] as Record<string, Json> | undefined),
      'integration.request.header.x-api-key': NOTHING,
      ...(!isTrusted && { 'integration.request.header.Authorization': NOTHING }),
    };
  }
}

/** The path of a resource of the API, by its parents; empty for the root, which the API itself names. */
function pathOf(resources: Readonly<Record<string, Resource>>, id: Json | undefined): string {
  const { Ref: name = '' } = (id ?? {}) as { readonly Ref?: string };
  const { Properties } = resources[name] ?? {};
  if (Properties === undefined) return '';
  return `${pathOf(resources, Properties['ParentId'])}/${String(Properties['PathPart'])}`;
}
