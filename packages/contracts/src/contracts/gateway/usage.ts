import * as z from 'zod/mini';
import { endpoint } from '../contract.ts';
import { Instant, Links } from '../values.ts';

/**
 * Who is counted: a caller by the subject of its access token, guests by their network, or an API key by its id, where a
 * request has no token. The subject of an issuer outside, behind its prefix, may be of any kind:
 * `caller:staff:auth0|5f7c8ec7c33c6c004bbafe82`.
 */
const Client = z.string().check(z.regex(/^(?:caller|guests|key):[\x21-\x7e]{1,256}$/));

const Priority = z.enum(['high', 'normal', 'low']);

const Plan = z.strictObject({
  /** Requests in a minute by the clock. */
  perMinute: z.int().check(z.gte(1), z.lte(600_000)),
  /** Requests in a month (UTC). */
  perMonth: z.int().check(z.gte(1), z.lte(1_000_000_000)),
  /** The lowest is refused first when all clients together ask for too much. */
  priority: Priority,
});

const NewPlan = z.strictObject({ ...Plan.shape, priority: z._default(Priority, 'normal') });

const Day = z.iso.date();

const ClientUsage = z.strictObject({
  client: Client,
  plan: Plan,
  month: z.strictObject({
    used: z.int(),
    remaining: z.int(),
    resetsAt: Instant,
    /** Of days without a request there is nothing. */
    days: z.array(z.strictObject({ day: Day, requests: z.int() })),
  }),
});

const plan = { perMinute: 1_200, perMonth: 1_000_000, priority: 'normal' } as const;

export const GetUsage = endpoint('gateway', {
  name: 'GetUsage',
  method: 'GET',
  path: '/usage',
  version: 1,
  summary: 'Shows how much the caller has asked the gateway for this month, and how much its API key has',
  access: { own: 'usage:read', by: 'subject' },
  responses: {
    200: {
      description:
        'The caller first, a guest’s network in its place, then the API key that the request shows. What was asked just now may be missing',
      body: z.strictObject({ items: z.array(ClientUsage), _links: Links }),
    },
  },
  example: {
    response: {
      items: [
        {
          ...{ client: 'caller:c-1001', plan },
          month: {
            ...{ used: 120, remaining: 999_880, resetsAt: '2026-02-01T00:00:00.000Z' },
            days: [{ day: '2026-01-05', requests: 120 }],
          },
        },
      ],
      _links: { self: { href: '/v1/usage' } },
    },
  },
});

export const SetPlan = endpoint('gateway', {
  name: 'SetPlan',
  method: 'PUT',
  path: '/plans/{client}',
  version: 1,
  summary: 'Sets how much a client may ask the gateway for',
  access: { any: 'plans:write' },
  params: z.strictObject({ client: Client }),
  body: NewPlan,
  responses: {
    200: {
      description: 'The plan; who is being counted is held to it within a minute',
      body: z.strictObject({ client: Client, ...Plan.shape, _links: Links }),
    },
  },
  example: {
    params: { client: 'caller:c-1001' },
    body: plan,
    response: { client: 'caller:c-1001', ...plan, _links: { usage: { href: '/v1/usage' } } },
  },
});
