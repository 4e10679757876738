import * as z from 'zod/mini';

/** What a caller does with its calls of a service, as it is written and published: times are texts such as `40ms`. */

const Duration = z.string().check(z.regex(/^\d{1,7}(ms|s|m)$/, 'a duration such as 40ms, 2s or 5m is needed'));
const TargetName = z.string().check(z.regex(/^[a-z][a-z0-9-]{0,31}$/, 'a name such as v1 or eu-west is needed'));
const Share = z.number().check(z.minimum(0), z.maximum(1));
const Count = (least: number, most: number) => z.int().check(z.minimum(least), z.maximum(most));
/** Of 10,000. */
const Weight = Count(0, 10_000);

const Target = z.strictObject({
  /** Where the service answers, without a path of an endpoint. Without it, where the stage knows the service to be. */
  url: z.optional(
    z
      .url({ protocol: /^https?$/ })
      .check(z.maxLength(500), z.regex(/^[^\s?#@]+$/, 'an address without user, query and fragment is needed')),
  ),
  /** How long an answer is expected to take before one was measured. */
  prior: z._default(Duration, '40ms'),
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
  to: z.union([z.record(TargetName, Weight), z.array(TargetName).check(z.minLength(1))]),
  /** One actor keeps the target, also while weights change, as far as they do. Each request is drawn for itself without it. */
  sticky: z.optional(z.literal('actor')),
  /** What a GET of one operation is answered with where the service fails, or is not asked. */
  fallback: z.optional(z.strictObject({ body: z.record(z.string(), z.unknown()) })),
});

const Fault = z.strictObject({
  /** Of tries. */
  share: Share,
  /** Of tries of this target; of all without it. */
  target: z.optional(TargetName),
  delay: z._default(Duration, '0ms'),
  /** What is answered instead of sending; the request is sent without it. */
  answer: z.optional(z.union([z.literal('none'), Count(400, 599)])),
  /** The moment when it ends. */
  until: z.iso.datetime(),
});

export const PolicyFields = z.strictObject({
  targets: z.record(TargetName, Target),
  /** The first that matches. The last has to match everything. */
  routes: z.array(Route).check(z.minLength(1), z.maxLength(50)),
  balance: z._default(z.enum(['peak-ewma', 'round-robin', 'least-requests']), 'peak-ewma'),
  timeout: z._default(z.strictObject({ try: Duration, total: Duration }), { try: '2s', total: '5s' }),
  retry: z._default(
    z.strictObject({
      /** After the first try. */
      max: Count(0, 5),
      /** Retries for each call. */
      ratio: Share,
      /** Retries that all environments together may make besides. */
      fleetMinPerSecond: Count(0, 1_000),
      on: z
        .array(z.union([z.literal('no-answer'), z.int().check(z.minimum(429), z.maximum(599))]))
        .check(z.maxLength(20)),
      backOff: z._default(Duration, '50ms'),
    }),
    { max: 2, ratio: 0.2, fleetMinPerSecond: 10, on: ['no-answer', 502, 503, 504], backOff: '50ms' },
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
      /** Of the caller's environments: so many of them have to find the service away before all take it for that; two at least. */
      quorum: z._default(Share, 0.2),
    }),
    {
      consecutive: 5,
      failureRate: 0.5,
      minimum: 20,
      window: '30s',
      open: '10s',
      maxOpen: '300s',
      probes: 3,
      quorum: 0.2,
    },
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

export const examplePolicy = {
  targets: { v1: { prior: '40ms' }, v2: { url: 'https://v2.example.com/parcels', prior: '40ms' } },
  routes: [{ match: { operation: '*' }, to: { v1: 9_500, v2: 500 }, sticky: 'actor' }],
} as const;
