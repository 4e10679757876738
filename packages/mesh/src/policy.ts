import * as z from 'zod/mini';

/** `40ms`, `2s`, `5m`: a number of milliseconds once it is read. */
const Duration = z.pipe(
  z.string().check(z.regex(/^\d{1,7}(ms|s|m)$/, 'a duration such as 40ms, 2s or 5m is needed')),
  z.transform((text: string) => {
    const [, amount, unit] = /^(\d+)(ms|s|m)$/.exec(text)!;
    return Number(amount) * { ms: 1, s: 1_000, m: 60_000 }[unit as 'ms' | 's' | 'm'];
  }),
);
const Name = z.string().check(z.regex(/^[a-z][a-z0-9-]{0,31}$/, 'a name such as v1 or eu-west is needed'));
const Share = z.number().check(z.minimum(0), z.maximum(1));
const Count = (least: number, most: number) => z.int().check(z.minimum(least), z.maximum(most));
/** Of 10,000. */
const Weight = Count(0, 10_000);

const Target = z.strictObject({
  /** Where the service answers in its stage, without a path of an endpoint. */
  url: z.url({ protocol: /^https?$/ }),
  /** How long an answer is expected to take before one was measured. */
  prior: z._default(Duration, 40),
  /** Targets of the next level get what those of this one cannot take. */
  level: z._default(Count(0, 3), 0),
});

const Match = z.strictObject({
  /** The name of an endpoint's contract, or `*`. */
  operation: z
    .string()
    .check(z.regex(/^(\*|[A-Z]\w{0,63})$/, 'the name of an endpoint such as GetOrder, or * is needed')),
  /** All of these headers have these values. Names are in lower case. */
  header: z.optional(z.record(z.string().check(z.regex(/^[a-z][a-z0-9-]*$/)), z.string())),
  cookie: z.optional(z.record(z.string().check(z.minLength(1)), z.string())),
});

const Route = z.strictObject({
  match: Match,
  /** Weights by target, 10,000 in all; or targets among which the balance chooses. */
  to: z.union([z.record(Name, Weight), z.array(Name).check(z.minLength(1))]),
  /** One actor keeps the target, also while weights change, as far as they do. Each request is drawn for itself without it. */
  sticky: z.optional(z.literal('actor')),
});

const Fault = z.strictObject({
  /** Of tries. */
  share: Share,
  /** Of tries of this target; of all without it. */
  target: z.optional(Name),
  delay: z._default(Duration, 0),
  /** What is answered instead of sending; the request is sent without it. */
  answer: z.optional(z.union([z.literal('none'), Count(400, 599)])),
  /** The moment when it ends. */
  until: z.iso.datetime(),
});

const Document = z.strictObject({
  service: Name,
  revision: Count(0, 1_000_000_000),
  targets: z.record(Name, Target),
  /** The first that matches. The last has to match everything. */
  routes: z.array(Route).check(z.minLength(1), z.maxLength(50)),
  balance: z._default(z.enum(['peak-ewma', 'round-robin', 'least-requests']), 'peak-ewma'),
  timeout: z._default(z.strictObject({ try: Duration, total: Duration }), { try: 2_000, total: 5_000 }),
  retry: z._default(
    z.strictObject({
      /** After the first try. */
      max: Count(0, 5),
      /** Retries for each call. */
      ratio: Share,
      /** Retries that all environments together may make besides. */
      fleetMinPerSecond: Count(0, 1_000),
      on: z.array(z.union([z.literal('no-answer'), z.int().check(z.minimum(429), z.maximum(599))])),
      backOff: z._default(Duration, 50),
    }),
    { max: 2, ratio: 0.2, fleetMinPerSecond: 10, on: ['no-answer', 502, 503, 504], backOff: 50 },
  ),
  /** Requests at once of one environment. */
  bulkhead: z._default(Count(1, 1_000), 20),
  breaker: z._default(
    z.strictObject({
      /** Failures in a row. */
      consecutive: Count(1, 1_000),
      /** Of at least `minimum` tries within `window`. */
      failureRate: Share,
      minimum: Count(1, 100_000),
      window: Duration,
      open: Duration,
      maxOpen: Duration,
      /** Successes in a row, one request at a time, before it closes. */
      probes: Count(1, 100),
    }),
    { consecutive: 5, failureRate: 0.5, minimum: 20, window: 30_000, open: 10_000, maxOpen: 300_000, probes: 3 },
  ),
  outlier: z._default(
    z.strictObject({
      /** Of the targets of a service; one is always left. */
      maxEjected: Share,
    }),
    { maxEjected: 0.5 },
  ),
  fault: z.optional(Fault),
});

/** What a caller does with its calls of a service. Times are milliseconds. */
export type Policy = z.output<typeof Document>;
export type PolicyDocument = z.input<typeof Document>;
export type Route = Policy['routes'][number];

export interface PolicyFault {
  /** RFC 6901, of what is wrong in the document: `/routes/0/to/v2`. */
  readonly pointer: string;
  readonly detail: string;
}

/**
 * Reads a policy document, whole or not at all.
 *
 * @returns the policy, or what is wrong with each field
 * @example
 * ```ts
 * const read = readPolicy({
 *   service: 'orders',
 *   revision: 42,
 *   targets: { v1: { url: 'https://api.example/v1' }, v2: { url: 'https://api.example/v2' } },
 *   routes: [{ match: { operation: '*' }, to: { v1: 9_500, v2: 500 }, sticky: 'actor' }],
 * });
 * ```
 */
export function readPolicy(document: unknown): { readonly policy: Policy } | { readonly faults: PolicyFault[] } {
  const { data, error } = z.safeParse(Document, document);
  if (error !== undefined) {
    return { faults: error.issues.map(({ path, message }) => ({ pointer: pointerTo(path), detail: message })) };
  }
  const faults = contradictions(data);
  return faults.length > 0 ? { faults } : { policy: data };
}

const escaped = (part: PropertyKey): string => String(part).replaceAll('~', '~0').replaceAll('/', '~1');
const pointerTo = (path: readonly PropertyKey[]): string => path.map((part) => `/${escaped(part)}`).join('');

/** What each field for itself does not show. */
function contradictions({ targets, routes, timeout, breaker, fault }: Policy): PolicyFault[] {
  const names = Object.keys(targets);
  const unknown = (pointer: string, name: string): PolicyFault[] =>
    names.includes(name) ? [] : [{ pointer, detail: `no such target; there are ${names.join(', ')}` }];
  const ofRoute = ({ to }: Route, at: string): PolicyFault[] => {
    if (Array.isArray(to)) return to.flatMap((name, index) => unknown(`${at}/${index}`, name));
    const sum = Object.values(to).reduce((all, weight) => all + weight, 0);
    const wrongSum = sum === 10_000 ? [] : [{ pointer: at, detail: `the weights make ${sum}, and 10000 is needed` }];
    return [...wrongSum, ...Object.keys(to).flatMap((name) => unknown(`${at}/${name}`, name))];
  };
  const { operation, header, cookie } = routes.at(-1)!.match;
  const isCatchAll = operation === '*' && header === undefined && cookie === undefined;
  return [
    ...(names.length === 0 ? [{ pointer: '/targets', detail: 'a target is needed' }] : []),
    ...routes.flatMap((route, index) => ofRoute(route, `/routes/${index}/to`)),
    ...(isCatchAll
      ? []
      : [{ pointer: `/routes/${routes.length - 1}/match`, detail: 'the last route has to match "*" alone' }]),
    ...(timeout.try > timeout.total ? [{ pointer: '/timeout/try', detail: 'it is longer than the total' }] : []),
    ...(timeout.try === 0 ? [{ pointer: '/timeout/try', detail: 'it has to be longer than 0ms' }] : []),
    ...(breaker.window < 1_000 ? [{ pointer: '/breaker/window', detail: '1s is the least' }] : []),
    ...(breaker.open > breaker.maxOpen ? [{ pointer: '/breaker/open', detail: 'it is longer than maxOpen' }] : []),
    ...(fault?.target === undefined ? [] : unknown('/fault/target', fault.target)),
  ];
}
