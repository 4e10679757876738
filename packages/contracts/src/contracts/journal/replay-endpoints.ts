import * as z from 'zod/mini';
import { endpoint } from '../contract.ts';
import { Instant, Links, Uuid } from '../values.ts';

/** `<service>/<function>`: a function that consumes, by the names in its serverless.yml. */
export const ConsumerName = z
  .string()
  .check(
    z.regex(/^[a-z][a-z0-9-]{0,30}\/[A-Za-z][A-Za-z0-9-]{0,40}$/),
    z.describe('A consumer: <service>/<function>, such as orders/catalogue'),
  );

const Range = { from: Instant, to: Instant };

const ReplayView = z.strictObject({
  replayId: Uuid,
  consumer: ConsumerName,
  ...Range,
  status: z.enum(['starting', 'running', 'completed', 'cancelled', 'failed']),
  /** From 0 to 1, by the time of the last replayed event. */
  progress: z.number().check(z.gte(0), z.lte(1)),
  lastReplayedAt: z.optional(Instant),
  reason: z.optional(z.string()),
  requestedAt: Instant,
  actor: z.string(),
  _links: Links,
});

const exampleBody = {
  consumer: 'orders/catalogue',
  from: '2026-01-05T00:00:00.000Z',
  to: '2026-01-06T00:00:00.000Z',
};

const exampleReplay = {
  replayId: '01890a5d-e5f6-7c44-8d9b-5c6d7e8f9a01',
  ...exampleBody,
  status: 'running',
  progress: 0.25,
  lastReplayedAt: '2026-01-05T06:00:00.000Z',
  requestedAt: '2026-01-07T09:00:00.000Z',
  actor: 'anonymous',
  _links: { self: { href: '/v1/replays/01890a5d-e5f6-7c44-8d9b-5c6d7e8f9a01' } },
};

export const StartReplay = endpoint('journal', {
  name: 'StartReplay',
  method: 'POST',
  path: '/replays',
  version: 1,
  summary: 'Replays the events of a range from the archive to one consumer; the others do not see them',
  access: { any: 'journal:write' },
  body: z.strictObject({ consumer: ConsumerName, ...Range }).check(
    z.refine((body) => Date.parse(body.from) < Date.parse(body.to), {
      error: 'must be after from',
      path: ['to'],
    }),
  ),
  idempotencyKey: 'optional',
  responses: { 202: { description: 'The replay', body: ReplayView, headers: ['location'] } },
  problems: {
    'consumer-not-found': { status: 422, title: 'No rule of the bus leads to such a consumer' },
    'range-in-future': { status: 422, title: 'The range ends in the future' },
    'too-many-replays': { status: 429, title: 'As many replays are running as may; try again later' },
  },
  example: { body: exampleBody, response: exampleReplay },
});

export const GetReplay = endpoint('journal', {
  name: 'GetReplay',
  method: 'GET',
  path: '/replays/{replayId}',
  version: 1,
  summary: 'Shows a replay and its progress',
  access: { any: 'journal:read' },
  params: z.strictObject({ replayId: Uuid }),
  responses: { 200: { description: 'The replay', body: ReplayView } },
  problems: { 'replay-not-found': { status: 404, title: 'There is no such replay' } },
  example: { params: { replayId: exampleReplay.replayId }, response: exampleReplay },
});
