import type { IncomingMessage } from 'node:http';

/** Who may use this machine's servers besides its own programs and the pages that the servers have themselves. */
export interface Callers {
  /** Further names of this machine, where a proxy or a container is in between: `host.docker.internal`. */
  readonly hosts: readonly string[];
  /** Origins of pages that may connect to WebSocket APIs: `http://localhost:5173`. REST APIs say so by `cors`. */
  readonly origins: readonly string[];
}

/** Says why a request is refused, in a sentence for a person; undefined lets it in. */
export type Rule = (request: IncomingMessage, callers: Callers) => string | undefined;

export const NOBODY_ELSE: Callers = { hosts: [], origins: [] };

const HOST = /^(?<name>[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;
const LOOPBACK = /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;
/** A page of this server, or an address that a person typed. Source: https://www.w3.org/TR/fetch-metadata/ */
const OWN_SITES = [undefined, 'same-origin', 'none'];
const SIGNATURE = /^AWS4-(?:HMAC-SHA256|ECDSA-P256-SHA256) /;
const READING = ['GET', 'HEAD', 'OPTIONS'];

/**
 * A name that leads to this machine. Any other in `Host` is a page's that had its name point here ("DNS rebinding"):
 * the browser takes the answers for that page's own.
 */
export const ownHost: Rule = ({ headers: { host } }, { hosts }) => {
  const name = nameOf(host ?? '');
  if (name !== undefined && (LOOPBACK.test(name) || hosts.includes(name))) return undefined;
  return `The host ${JSON.stringify(host ?? '')} is not this machine. Where it is reached by that name on purpose, start it with --allow-host NAME.`;
};

/** Programs, and pages of this server alone. */
export const ownPages: Rule = (request, callers) => {
  const refused = ownHost(request, callers);
  if (refused !== undefined) return refused;
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (isForeignOrigin(request, callers)) return `Pages of ${JSON.stringify(origin)} may not use this.`;
  if (!isFromOtherSite(request)) return undefined;
  return `A page of another site sent this (Sec-Fetch-Site: ${String(site)}). Type the address into the browser.`;
};

/** Programs, own pages, and pages of the origins that were allowed by name: for WebSocket APIs, which have no CORS. */
export const allowedPages: Rule = (request, callers) => {
  const { origin } = request.headers;
  if (origin !== undefined && callers.origins.includes(origin)) return ownHost(request, callers);
  return ownPages(request, callers);
};

/**
 * Requests of an AWS client. No page can send this header without a preflight request, and those are refused. The
 * signature itself is not checked.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html
 */
export const signed: Rule = (request, callers) => {
  return ownPages(request, callers) ?? unsigned(request);
};

/** Says that a request has no signature. */
export function unsigned({ headers, url = '' }: IncomingMessage): string | undefined {
  if (SIGNATURE.test(headers.authorization ?? '') || /[?&]X-Amz-Signature=/i.test(url)) return undefined;
  return 'The request is not signed. An AWS SDK or CLI signs with any credentials, as does curl --aws-sigv4.';
}

/** Whether a browser asks leave for a page's request. Source: https://fetch.spec.whatwg.org/#cors-preflight-request */
export const isPreflight = ({ method, headers }: IncomingMessage): boolean =>
  method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined;

/** What changes something is JSON and says so, which no page of another origin can do without a preflight request. */
export const ownPagesInJson: Rule = (request, callers) => {
  const refused = ownPages(request, callers);
  if (refused !== undefined) return refused;
  const { method = '', headers } = request;
  // Every method but these three is one that a browser asks leave for first.
  if (READING.includes(method) || method !== 'POST' || isJson(headers['content-type'])) return undefined;
  return 'A POST needs the header "content-type: application/json".';
};

/** What a request says of where it comes from. */
interface Named {
  readonly origin?: string | undefined;
  readonly host?: string | undefined;
  readonly 'sec-fetch-site'?: string | readonly string[] | undefined;
}

/** Whether a page of another origin sent it, by its own word. Pages of an allowed host are own ones. */
export function isForeignOrigin(
  { headers: { origin, host = '' } }: { readonly headers: Named },
  { hosts }: Callers,
): boolean {
  if (origin === undefined) return false;
  const own = [`http://${host}`, `https://${host}`];
  if (own.some((it) => it.toLowerCase() === origin.toLowerCase())) return false;
  return !URL.canParse(origin) || !hosts.includes(new URL(origin).hostname);
}

/** Whether a browser says that another site's page, or one of another port, sent it. */
export const isFromOtherSite = ({ headers }: { readonly headers: Named }): boolean =>
  !OWN_SITES.includes(headers['sec-fetch-site'] as string | undefined);

function nameOf(host: string): string | undefined {
  return HOST.exec(host)?.groups?.['name']?.toLowerCase().replace(/\.$/, '');
}

const isJson = (type: string | undefined): boolean => /^application\/json\s*(?:;|$)/i.test(type ?? '');
