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
 * Posts a request and answers the status. Rejects with {@link RefusedUrl} where nothing is ever posted, with another
 * error where the receiver could not be reached in time.
 */
export type PostWebhook = (url: string, request: WebhookRequest) => Promise<number>;

interface PostOptions {
  /** For the whole exchange. */
  readonly timeoutMs: number;
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
export function webhookPoster({ timeoutMs, inside, userAgent }: PostOptions): PostWebhook {
  return async (address, { body, headers }) => {
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
    sent.end(body);
  });
}

/** Why nothing is posted to a URL; undefined where only its name's resolution can tell. */
export function webhookUrlFault(address: string, inside: boolean): string | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const schemes = inside ? ['https:', 'http:'] : ['https:'];
  if (url === undefined || !schemes.includes(url.protocol) || url.username !== '' || url.password !== '') {
    return `The webhook's URL is not an ${schemes.at(-1)}// URL without credentials.`;
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return !inside && isIP(host) !== 0 && isInside(host) ? `${host} is an address of a network inside.` : undefined;
}

const outsideLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, options, (error, address, family) => {
    if (error !== null) return callback(error, address, family);
    const found = typeof address === 'string' ? [address] : address.map((it) => it.address);
    const refused = found.find(isInside);
    if (refused === undefined) return callback(null, address, family);
    callback(new Error(`${hostname} is ${refused}, an address of a network inside.`), address, family);
  });
};

/** Source: https://www.iana.org/assignments/iana-ipv4-special-registry/ and …/iana-ipv6-special-registry/ */
const INSIDE: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
  ['::', 127],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
];

const networks = new BlockList();
for (const [network, prefix] of INSIDE) networks.addSubnet(network, prefix, network.includes(':') ? 'ipv6' : 'ipv4');

/** Whether it is an address of a network inside. An IPv4 address in IPv6's clothes counts as what it is. */
export function isInside(address: string): boolean {
  return networks.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}
