import { requestUrl } from '@dure/local-http/request-url';

/** What a request is for: `/orders/local/v1/orders?limit=2`. */
export interface Address {
  readonly url: URL;
  /** Empty where the path names none. */
  readonly service: string;
  readonly stage: string;
  /** As it was sent, percent-encoded, with the query: `/v1/orders?limit=2`. */
  readonly path: string;
}

/** What machines look for at the root of a host: the registry of all services has it. */
const AT_ROOT = /^\/(?:\.well-known\/api-catalog|asyncapi\.json|openapi\/[\w-]+\.json)(?=\?|$)/;
/** An issuer's metadata is before the path of the issuer, not below it; without a path it is the identity service's. */
const METADATA = /^(\/\.well-known\/oauth-authorization-server)((?:\/[\w-]+){2})?(?=\?|$)(.*)$/s;

/**
 * The path behind one that is served at the root: `/asyncapi.json` → `/registry/local/asyncapi.json`, and
 * `/.well-known/oauth-authorization-server/identity/local` → the same below `/identity/local`. Others stay.
 * Sources: https://www.rfc-editor.org/rfc/rfc9727#section-2 and https://www.rfc-editor.org/rfc/rfc8414#section-3.1
 */
export function behindRoot(url: string, stage: string): string {
  if (AT_ROOT.test(url)) return `/registry/${stage}${url}`;
  const [, metadata, issuer = `/identity/${stage}`, query = ''] = METADATA.exec(url) ?? [];
  return metadata === undefined ? url : `${issuer}${metadata}${query}`;
}

/** Undefined for a path whose percent-encoding is broken. */
export function addressOf(url: string): Address | undefined {
  const relative = url.startsWith('/') ? url.replace(/^\/+/, '/') : pathOf(requestUrl({ url }));
  const [, service = '', stage = '', path = ''] = PARTS.exec(relative) ?? [];
  try {
    decodeURIComponent(/^[^?]*/.exec(relative)![0]);
    return {
      url: requestUrl({ url: relative }),
      service: decodeURIComponent(service),
      stage: decodeURIComponent(stage),
      path,
    };
  } catch {
    return undefined;
  }
}

const PARTS = /^\/([^/?]*)\/?([^/?]*)(.*)$/s;

const pathOf = ({ pathname, search }: URL): string => `${pathname}${search}`;
