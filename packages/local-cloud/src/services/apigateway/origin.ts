import { type Callers, isForeignOrigin, isFromOtherSite } from '@dure/local-http/access-rules';
import type { DeployedMethod } from './deployed-api.ts';
import type { Exchange } from './exchange.ts';
import { GatewayError } from './gateway-response.ts';
import { callMock } from './mock-integration.ts';
import { methodFor, type Route } from './router.ts';
import type { Variables } from './template.ts';

const ALLOWED = 'access-control-allow-origin';

interface Asked {
  readonly route: Route<DeployedMethod> | undefined;
  readonly callers: Callers;
  readonly variables: Variables;
}

/**
 * Refuses a page of another origin what the resource's preflight does not allow it. AWS would carry out what needs no
 * preflight; here nobody but the API's `OPTIONS` stands between any page and what runs on this machine. Where a function
 * answers preflights, it is asked nothing: what it allows is its own business.
 * @throws GatewayError ACCESS_DENIED
 */
export function refuseForeignPage(exchange: Exchange, { route, callers, variables }: Asked): void {
  const { headers, method } = exchange.request;
  const origin = headers.get('origin')?.at(-1);
  const named = { origin, host: headers.get('host')?.at(-1), 'sec-fetch-site': headers.get('sec-fetch-site')?.at(-1) };
  const isOwn =
    origin === undefined ? !isFromOtherSite({ headers: named }) : !isForeignOrigin({ headers: named }, callers);
  if (method === 'OPTIONS' || isOwn) return;
  const preflight = route && methodFor(route.methods, 'OPTIONS');
  if (preflight !== undefined && preflight.method.integration.type !== 'MOCK') return;
  const allowed = preflight === undefined ? undefined : allowedBy(preflight, exchange, variables);
  if (allowed === '*' || (origin !== undefined && allowed === origin)) return;
  const message = `Pages of ${JSON.stringify(origin ?? 'another site')} may not call this resource.`;
  throw new GatewayError('ACCESS_DENIED', 'AccessDeniedException', message);
}

function allowedBy({ method }: DeployedMethod, exchange: Exchange, variables: Variables): string | undefined {
  if (method.integration.type !== 'MOCK') return undefined;
  const headers = new Map(exchange.request.headers);
  headers.delete('content-type');
  const asked = { ...exchange, request: { ...exchange.request, headers } };
  const answer = callMock(asked, method.integration, variables);
  return answer.headers.find(([name]) => name.toLowerCase() === ALLOWED)?.[1];
}
