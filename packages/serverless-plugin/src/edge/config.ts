import { isIP } from 'node:net';
import { ConfigurationError } from '../types.ts';
import { type Upstream, upstreamSchema } from './upstreams.ts';

interface Rate {
  /** Steady requests per second. */
  readonly rate: number;
  /** The burst. */
  readonly burst: number;
}

/** `custom.dure.edge` in serverless.yml. */
export interface EdgeConfig {
  /** The limit of the whole stage, for all callers. */
  readonly throttle?: Rate;
  /** The limit of each API key; `quota` is requests per month. */
  readonly usagePlan?: Rate & { readonly quota: number };
  /** The only addresses that may call, in CIDR notation, in a list or separated by commas. All by default. */
  readonly allow?: string | readonly string[];
  /** Paths that other systems serve, behind the same key and limits. */
  readonly upstreams?: readonly Upstream[];
  /** Paths without a contract that everyone who reaches the API may read without a key: `/docs/{page+}`. */
  readonly public?: readonly string[];
}

export const DEFAULT_THROTTLE: Rate = { rate: 100, burst: 200 };
export const DEFAULT_USAGE_PLAN = { rate: 50, burst: 100, quota: 1_000_000 };

const positive = { type: 'number', exclusiveMinimum: 0 };
const count = { type: 'integer', minimum: 1 };
const rate = { rate: positive, burst: count };

export const edgeSchema = {
  type: 'object',
  properties: {
    throttle: object(rate),
    usagePlan: object({ ...rate, quota: count }),
    allow: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
    upstreams: upstreamSchema,
    public: { type: 'array', items: { type: 'string', pattern: '^/' } },
  },
  additionalProperties: false,
};

function object(properties: object) {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

/**
 * The addresses that may call, or undefined for all.
 * @throws ConfigurationError if one is not in CIDR notation, or the list is empty, which would lock everyone out
 */
export function allowedAddresses(allow: EdgeConfig['allow']): readonly string[] | undefined {
  if (allow === undefined) return undefined;
  const addresses = (typeof allow === 'string' ? allow.split(',') : allow).map((it) => it.trim());
  if (addresses.length === 0) {
    throw new ConfigurationError('custom.dure.edge.allow is empty: leave it out to allow every address.');
  }
  const wrong = addresses.find((address) => !isCidr(address));
  if (wrong === undefined) return addresses;
  throw new ConfigurationError(
    `custom.dure.edge.allow: "${wrong}" is not a range of addresses; write it like "203.0.113.0/24" or "2001:db8::/32".`,
  );
}

function isCidr(text: string): boolean {
  const [address = '', prefix = '', ...rest] = text.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return rest.length === 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= bits;
}
