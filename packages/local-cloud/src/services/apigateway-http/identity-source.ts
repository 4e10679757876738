import type { Exchange } from './exchange.ts';

/** The value of `$request.header.X`, `$request.querystring.x`, `$context.x` or `$stageVariables.x`; empty is none. */
export function identityOf(source: string, exchange: Exchange, context: Readonly<Record<string, unknown>>): string {
  const { request, stageVariables } = exchange;
  const nameAfter = (prefix: string): string | undefined =>
    source.startsWith(prefix) ? source.slice(prefix.length) : undefined;
  const header = nameAfter('$request.header.');
  if (header !== undefined) return request.headers.get(header.toLowerCase())?.join(',') ?? '';
  const query = nameAfter('$request.querystring.');
  if (query !== undefined) return request.query.get(query)?.join(',') ?? '';
  const variable = nameAfter('$stageVariables.');
  if (variable !== undefined) return stageVariables[variable] ?? '';
  const path = nameAfter('$context.')?.split('.') ?? [];
  const value = path.reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], context);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
