import { lookup } from 'node:dns';
import { type RequestOptions, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** A webhook to post, already signed. */
export interface WebhookRequest {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Posts a request and returns the status, within `timeoutMs` for the whole exchange. Rejects with {@link RefusedUrl}
 * for a URL that nothing is ever posted to, with another error when the receiver could not be reached in time.
 */
export type PostWebhook = (url: string, request: WebhookRequest, timeoutMs: number) => Promise<number>;

interface PostOptions {
  /** Allows plain HTTP and internal addresses too: only on a laptop. */
  readonly inside: boolean;
  readonly userAgent: string;
}

/** A URL that nothing is posted to. */
export class RefusedUrl extends Error {
  override readonly name = 'RefusedUrl';
}

/**
 * Makes a function that posts to URLs on the Internet: only by HTTPS, never to an internal address (the resolved
 * address is checked), and without following redirects.
 * Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#server-side-request-forgery-ssrf
 *
 * @example
 * ```ts
 * import { signWebhook } from '@dure/webhooks/sign';
 * import { webhookPoster } from '@dure/webhooks/post';
 *
 * const post = webhookPoster({ inside: false, userAgent: 'dure-things' });
 *
 * export const notify = (url: string, secret: string, body: string) =>
 *   post(url, { body, headers: { ...signWebhook({ id: 'msg_1', body, now: Date.now() }, secret) } }, 5_000);
 * ```
 */
export function webhookPoster({ inside, userAgent }: PostOptions): PostWebhook {
  return async (address, { body, headers }, timeoutMs) => {
    const fault = webhookUrlFault(address, inside);
    if (fault !== undefined) throw new RefusedUrl(fault);
    const url = new URL(address);
    const options: RequestOptions = {
      method: 'POST',
      headers: { ...headers, 'content-length': Buffer.byteLength(body), 'user-agent': userAgent },
      signal: AbortSignal.timeout(timeoutMs),
      ...(!inside && { lookup: outsideLookup }),
    };
    return send(url, options, body).catch((error: unknown) => {
      throw new Error(`${url.host} could not be reached in ${timeoutMs} ms: ${String(error)}`, { cause: error });
    });
  };
}

function send(url: URL, options: RequestOptions, body: string): Promise<number> {
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const sent = request(url, options, (response) => {
      // Only the status matters; the body may be of any size.
      response.destroy();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', reject);
    // A receiver that switches protocols (101) causes neither an error nor a response.
    sent.on('close', () => reject(new Error('the connection ended without an answer')));
    sent.end(body);
  });
}

/**
 * Why nothing is posted to a URL; undefined when only resolving its name can show that. Outside of a laptop a port
 * below 1024 must be 443, because the others belong to other protocols.
 */
export function webhookUrlFault(address: string, inside: boolean): string | undefined {
  const url = URL.parse(address);
  const schemes = inside ? ['https:', 'http:'] : ['https:'];
  if (url === null || !schemes.includes(url.protocol) || url.username !== '' || url.password !== '') {
    return `The webhook's URL is not an ${schemes.at(-1)}// URL without credentials.`;
  }
  if (inside) return undefined;
  // The scheme's default port is an empty string.
  if (url.port !== '' && Number(url.port) < 1024) return `The port ${url.port} is not 443, and not 1024 or above.`;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return isIP(host) !== 0 && isInside(host) ? `${host} is an internal address.` : undefined;
}

/** Resolves a name once, and refuses it if one of its addresses is internal. The checked address is the one used. */
export const checkedLookup =
  (resolve: LookupFunction): LookupFunction =>
  (hostname, options, callback) => {
    resolve(hostname, options, (error, address, family) => {
      if (error !== null) return callback(error, address, family);
      const found = typeof address === 'string' ? [address] : address.map((it) => it.address);
      const refused = found.find(isInside);
      if (refused === undefined) return callback(null, address, family);
      callback(new Error(`${hostname} is ${refused}, an internal address.`), address, family);
    });
  };

const outsideLookup = checkedLookup(lookup);

function blockList(networks: string, family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const network of networks.split(' ')) {
    const [address = '', prefix] = network.split('/');
    list.addSubnet(address, Number(prefix), family);
  }
  return list;
}

/** Source: https://www.iana.org/assignments/iana-ipv4-special-registry/ */
const specialIpv4 = blockList(
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 ' +
    '192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3',
  'ipv4',
);

/** Everything else is internal: mapped and translated IPv4 addresses as well, and what is not assigned yet. */
const globalIpv6 = blockList('2000::/3', 'ipv6');

/**
 * Not global although within `globalIpv6`: protocol assignments with Teredo, benchmarks and ORCHID; documentation;
 * 6to4.
 * Sources: https://www.iana.org/assignments/iana-ipv6-special-registry/
 * https://www.iana.org/assignments/ipv6-unicast-address-assignments/
 */
const specialIpv6 = blockList('2001::/23 2001:db8::/32 2002::/16 3fff::/20', 'ipv6');

/**
 * Whether an address is not one of the global Internet: internal, of a transition to IPv6, or not an address at all.
 */
export function isInside(address: string): boolean {
  if (address.includes('%')) return true;
  const version = isIP(address);
  if (version === 4) return specialIpv4.check(address, 'ipv4');
  return version !== 6 || !globalIpv6.check(address, 'ipv6') || specialIpv6.check(address, 'ipv6');
}
