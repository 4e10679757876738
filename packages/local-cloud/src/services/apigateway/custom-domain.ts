import type { IncomingMessage } from 'node:http';
import type { InvokeTarget } from './index.ts';
import type { Store } from './store.ts';

const PREFIX = '/_aws/domains/';
/** Every machine resolves names that end so to itself. */
const HERE = '.localhost';

/** A request by a domain's name; no `target` where none of its base paths fits. */
export interface ByDomain {
  readonly domain: string;
  readonly target: InvokeTarget | undefined;
}

/**
 * The API that a request calls by a custom domain, whose two addresses are `http://api.example.com.localhost:4566/orders/…`
 * and `http://127.0.0.1:4566/_aws/domains/api.example.com/orders/…`. Undefined where there is no such domain.
 */
export function domainTarget(store: Store, { url = '/', headers }: IncomingMessage): ByDomain | undefined {
  const host = (headers.host ?? '').toLowerCase().replace(/:\d+$/, '');
  const [, inPath = '', below = ''] = url.startsWith(PREFIX)
    ? (/^([^/?]*)(.*)$/s.exec(url.slice(PREFIX.length)) ?? [])
    : [];
  const domain = host.endsWith(HERE) ? host.slice(0, -HERE.length) : inPath;
  if (domain === '' || store.domains.get(domain) === undefined) return undefined;
  return { domain, target: targetOf(store, domain, host.endsWith(HERE) ? url : below) };
}

/** The first part of the path is the base path; what no base path fits is of the mapping without one. */
function targetOf(store: Store, domain: string, url: string): InvokeTarget | undefined {
  const [, first = '', rest = ''] = /^\/*([^/?]*)(.*)$/s.exec(url) ?? [];
  const mapping = first === '' ? undefined : store.basePaths.get(first, domain);
  const { basePath, apiId, stage } = mapping ?? store.basePaths.get('', domain) ?? {};
  if (basePath === undefined || apiId === undefined || stage === undefined) return undefined;
  const path = mapping === undefined ? url : rest;
  return {
    ...{ apiId, stage, path: path.startsWith('/') ? path : `/${path}` },
    basePath: basePath === '' ? '' : `/${basePath}`,
  };
}
