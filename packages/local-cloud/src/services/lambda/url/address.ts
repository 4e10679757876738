import type { IncomingMessage } from 'node:http';

const PREFIX = '/_aws/lambda-url/';
const HOST = /^([a-z0-9]+)\.lambda-url\./;

/** A function's URL, and what of it was called. */
export interface UrlTarget {
  readonly urlId: string;
  /** As it was sent, with the query: `/orders?limit=2`. */
  readonly path: string;
}

/** `https://{id}.lambda-url.us-east-1.on.aws/` */
export const functionUrl = (urlId: string, region: string): string => `https://${urlHost(urlId, region)}/`;

export const urlHost = (urlId: string, region: string): string => `${urlId}.lambda-url.${region}.on.aws`;

/**
 * The URL that a request calls, by both addresses that lead to it: `http://127.0.0.1:4566/_aws/lambda-url/{id}/…` and,
 * where the machine resolves it, `http://{id}.lambda-url.localhost:4566/…`. Undefined for any other request.
 */
export function urlTarget({ url = '/', headers }: IncomingMessage): UrlTarget | undefined {
  const host = HOST.exec(headers.host ?? '')?.[1];
  if (host !== undefined) return { urlId: host, path: url };
  if (!url.startsWith(PREFIX)) return undefined;
  const rest = url.slice(PREFIX.length);
  const end = rest.search(/[/?]|$/);
  return { urlId: rest.slice(0, end), path: rest.slice(end) };
}

/** Makes the public URLs of functions in a template's text lead here, so that outputs made of them can be called. */
export function reachableFunctionUrls(endpoint: string, region: string): (text: string) => string {
  const address = new RegExp(`https://([a-z0-9]+)\\.lambda-url\\.${region}\\.on\\.aws`, 'g');
  return (text) => text.replace(address, (_address, id: string) => `${endpoint}${PREFIX}${id}`);
}
