import { lookup } from 'node:dns';
import { type RequestOptions, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** What is posted, signed already. */
export interface WebhookRequest {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Posts a request and answers the status, within `timeoutMs` for the whole exchange. Rejects with {@link RefusedUrl}
 * where nothing is ever posted, with another error where the receiver could not be reached in time.
 */
export type PostWebhook = (url: string, request: WebhookRequest, timeoutMs: number) => Promise<number>;

interface PostOptions {
  /** Also plain HTTP, and addresses inside: on a laptop alone. */
  readonly inside: boolean;
  readonly userAgent: string;
}

/** An address that nothing is posted to. */
export class RefusedUrl extends Error {
  override readonly name = 'RefusedUrl';
}

/**
 * Posts to a URL on the Internet: HTTPS alone, to no address of a network inside, whatever its name resolves to, and
 * redirects are not followed.
 * Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#server-side-request-forgery-ssrf
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
      // What it says besides its status is of no use here, however much it is.
      response.destroy();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', reject);
    // A receiver that changes to another protocol (101) makes neither an error nor a response.
    sent.on('close', () => reject(new Error('the connection ended without an answer')));
    sent.end(body);
  });
}

/**
 * Why nothing is posted to a URL; undefined where only its name's resolution can tell. Outside of a laptop a port below
 * 1024 is 443, for the others belong to other protocols.
 */
export function webhookUrlFault(address: string, inside: boolean): string | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const schemes = inside ? ['https:', 'http:'] : ['https:'];
  if (url === undefined || !schemes.includes(url.protocol) || url.username !== '' || url.password !== '') {
    return `The webhook's URL is not an ${schemes.at(-1)}// URL without credentials.`;
  }
  if (inside) return undefined;
  // The port of the scheme itself is an empty string.
  if (url.port !== '' && Number(url.port) < 1024) return `The port ${url.port} is not 443, and not 1024 or above.`;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return isIP(host) !== 0 && isInside(host) ? `${host} is an address of a network inside.` : undefined;
}

/** Resolves a name once, and refuses it if one of its addresses is inside. What is checked is what is connected to. */
export const checkedLookup =
  (resolve: LookupFunction): LookupFunction =>
  (hostname, options, callback) => {
    resolve(hostname, options, (error, address, family) => {
      if (error !== null) return callback(error, address, family);
      const found = typeof address === 'string' ? [address] : address.map((it) => it.address);
      const refused = found.find(isInside);
      if (refused === undefined) return callback(null, address, family);
      callback(new Error(`${hostname} is ${refused}, an address of a network inside.`), address, family);
    });
  };

const outsideLookup = checkedLookup(lookup);

/** Source: https://www.iana.org/assignments/iana-ipv4-special-registry/ */
const SPECIAL_IPV4: readonly (readonly [network: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];

/** Whatever is not in it is inside: so are mapped and translated IPv4 addresses, and what nobody has been given yet. */
const GLOBAL_IPV6 = ['2000::', 3] as const;

/**
 * What GLOBAL_IPV6 has besides: protocol assignments with Teredo, benchmarks and ORCHID; documentation; 6to4.
 * Sources: https://www.iana.org/assignments/iana-ipv6-special-registry/
 * https://www.iana.org/assignments/ipv6-unicast-address-assignments/
 */
const SPECIAL_IPV6: readonly (readonly [network: string, prefix: number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const special = new BlockList();
for (const [network, prefix] of SPECIAL_IPV4) special.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of SPECIAL_IPV6) special.addSubnet(network, prefix, 'ipv6');
const globalIpv6 = new BlockList();
globalIpv6.addSubnet(...GLOBAL_IPV6, 'ipv6');

/** Whether an address is not one of the global Internet: of a network inside, of a transition to IPv6, or no address. */
export function isInside(address: string): boolean {
  if (address.includes('%')) return true;
  const version = isIP(address);
  if (version === 4) return special.check(address, 'ipv4');
  return version !== 6 || !globalIpv6.check(address, 'ipv6') || special.check(address, 'ipv6');
}
