import { type Callers, isForeignOrigin, isFromOtherSite } from '@dure/local-http/access-rules';
import { allowedOrigin } from './cors.ts';
import type { ApiExchange } from './exchange.ts';
import { createRouteTable } from './route-table.ts';

/**
 * Whether a page of another origin sends what the API does not allow it. AWS would carry out what needs no preflight;
 * here nobody else stands between any page and what runs on this machine. Where a function answers preflight requests,
 * what it allows is its own business.
 */
export function isForeignPage({ request, snapshot, rawPath, stageName }: ApiExchange, callers: Callers): boolean {
  const { headers, method } = request;
  const origin = headers.get('origin')?.at(-1);
  const named = { origin, host: headers.get('host')?.at(-1), 'sec-fetch-site': headers.get('sec-fetch-site')?.at(-1) };
  const isOwn =
    origin === undefined ? !isFromOtherSite({ headers: named }) : !isForeignOrigin({ headers: named }, callers);
  if (method === 'OPTIONS' || isOwn) return false;
  const { cors } = snapshot.api;
  if (cors !== undefined) return allowedOrigin(cors, request) === undefined;
  const path = stageName === '$default' ? rawPath : rawPath.slice(stageName.length + 1);
  return createRouteTable(snapshot.routes)('OPTIONS', path) === undefined;
}
