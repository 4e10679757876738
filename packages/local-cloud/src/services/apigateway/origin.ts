import type { DeployedMethod } from './deployed-api.ts';
import type { Exchange } from './exchange.ts';
import { GatewayError } from './gateway-response.ts';
import { callMock } from './mock-integration.ts';
import type { Route } from './router.ts';
import type { Variables } from './template.ts';

const ALLOWED = 'access-control-allow-origin';

/**
 * Refuses a page of another origin what the resource's preflight does not allow it. AWS would carry out what needs no
 * preflight; here nobody but the API's `OPTIONS` stands between any page and what runs on this machine. Where a function
 * answers preflights, it is asked nothing: what it allows is its own business.
 * @throws GatewayError ACCESS_DENIED
 */
export function refuseForeignPage(
  exchange: Exchange,
  route: Route<DeployedMethod> | undefined,
  variables: Variables,
): void {
  const { headers, method } = exchange.request;
  const origin = headers.get('origin')?.at(-1);
  const isOwn = origin === undefined ? !isOtherSite(headers.get('sec-fetch-site')?.at(-1)) : isSame(exchange, origin);
  if (method === 'OPTIONS' || isOwn) return;
  const preflight = route?.methods.get('OPTIONS') ?? route?.methods.get('ANY');
  if (preflight?.method.integration.type === 'AWS_PROXY') return;
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

const isOtherSite = (site: string | undefined): boolean => site === 'cross-site' || site === 'same-site';

const isSame = ({ request }: Exchange, origin: string): boolean => {
  const host = request.headers.get('host')?.at(-1);
  return origin === `http://${host}` || origin === `https://${host}`;
};
