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
