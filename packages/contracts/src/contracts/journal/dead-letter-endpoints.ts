import * as z from 'zod/mini';
import { endpoint } from '../contract.ts';
import { Cursor, Instant, Links, page, PageSize, text, Uuid } from '../values.ts';
import { ConsumerName } from './replay-endpoints.ts';

const Service = z.string().check(z.regex(/^[a-z][a-z0-9-]{0,30}$/));

const Status = z.enum(['open', 'redriven']);

const DeadLetterView = z.strictObject({
  id: Uuid,
  status: Status,
  service: z.string(),
  consumer: z.string(),
  queue: z.string(),
  /**
   * `message`: a consumer failed; `rule`: a queue could not be reached; `stream`, `function`: an invocation was given
   * up.
   */
  kind: z.enum(['message', 'rule', 'stream', 'function']),
  reason: z.string(),
  errorName: z.optional(z.string()),
  /** How often it failed: more than once if a redrive failed again. */
  deaths: z.int().check(z.gte(1)),
  firstFailedAt: Instant,
  lastDiedAt: Instant,
  event: z.optional(
    z.strictObject({
      id: z.string(),
      type: z.string(),
      subject: z.string(),
      correlationid: z.optional(z.string()),
    }),
  ),
  redrives: z.array(z.strictObject({ at: Instant, actor: z.string() })),
  _links: Links,
});

/** The message as it failed, without its return address. */
const WholeDeadLetterView = z.extend(DeadLetterView, { body: z.string() });

const exampleLetter = {
  id: '01890a5d-f6a7-5d55-8eac-6d7e8f9a0b12',
  status: 'open',
  service: 'inventory',
  consumer: 'inventory/commands',
  queue: 'dure-local-inventory-commands-dlq',
  kind: 'message',
  reason: 'The data breaks its contract: lines: invalid_type',
  errorName: 'Poison',
  deaths: 1,
  firstFailedAt: '2026-01-05T09:30:00.000Z',
  lastDiedAt: '2026-01-05T09:30:00.100Z',
  event: {
    id: '01890a5d-ac96-774b-bcce-b302099a8057',
    type: 'dure.inventory.ReserveStock.v1',
    subject: '01890a5d-ac96-774b-bcce-b302099a8057',
  },
  redrives: [],
  _links: { self: { href: '/v1/dead-letters/01890a5d-f6a7-5d55-8eac-6d7e8f9a0b12' } },
};

const notFound = { 'dead-letter-not-found': { status: 404, title: 'There is no such dead letter' } } as const;
const params = z.strictObject({ id: Uuid });
const example = { params: { id: exampleLetter.id } };

const filter = {
  service: z.optional(Service),
  consumer: z.optional(ConsumerName),
  type: z.optional(text(200)),
  errorName: z.optional(text(100)),
};

export const ListDeadLetters = endpoint('journal', {
  name: 'ListDeadLetters',
  method: 'GET',
  path: '/dead-letters',
  version: 1,
  summary: 'Lists the dead letters of every service, oldest first; new ones are collected every minute',
  access: { any: 'journal:read' },
  query: z.strictObject({
    status: z._default(Status, 'open'),
    ...filter,
    cursor: z.optional(Cursor),
    limit: z._default(PageSize, 50),
  }),
  responses: { 200: { description: 'A page of dead letters', body: page(DeadLetterView) } },
  problems: { 'invalid-cursor': { status: 400, title: 'The cursor is not one that this list has given' } },
  example: {
    query: { service: 'inventory' },
    response: { items: [exampleLetter], _links: { self: { href: '/v1/dead-letters?service=inventory' } } },
  },
});

export const GetDeadLetter = endpoint('journal', {
  name: 'GetDeadLetter',
  method: 'GET',
  path: '/dead-letters/{id}',
  version: 1,
  summary: 'Shows a dead letter with its message',
  access: { any: 'journal:read' },
  params,
  responses: { 200: { description: 'The dead letter', body: WholeDeadLetterView } },
  problems: notFound,
  example: { ...example, response: { ...exampleLetter, body: '{"detail-type":"ReserveStock.v1"}' } },
});

export const RedriveDeadLetter = endpoint('journal', {
  name: 'RedriveDeadLetter',
  method: 'POST',
  path: '/dead-letters/{id}/redrive',
  version: 1,
  summary: 'Sends a dead letter back to its consumer or function; repeated requests have one effect',
  access: { any: 'journal:write' },
  params,
  responses: { 202: { description: 'The dead letter, sent', body: DeadLetterView } },
  problems: {
    ...notFound,
    'not-redrivable': {
      status: 422,
      title: 'A run of a schedule is not sent again: the schedule runs the job, or run it now with aws lambda invoke',
    },
    'queue-not-found': { status: 422, title: 'The queue that it came from is gone: deploy its service again' },
    'function-not-found': { status: 422, title: 'The function that gave it up is gone: deploy its service again' },
  },
  example: { ...example, response: { ...exampleLetter, status: 'redriven' } },
});

export const RedriveDeadLetters = endpoint('journal', {
  name: 'RedriveDeadLetters',
  method: 'POST',
  path: '/dead-letters/redrive',
  version: 1,
  summary: 'Sends back the open dead letters that match, 200 at most at a time',
  access: { any: 'journal:write' },
  body: z
    .strictObject(filter)
    .check(z.refine((body) => Object.keys(body).length > 0, { error: 'give at least one of the filters' })),
  responses: {
    202: {
      description: 'How many were sent, how many cannot be, and whether more match',
      body: z.strictObject({
        redriven: z.int(),
        refused: z.array(z.strictObject({ id: Uuid, reason: z.string() })),
        more: z.boolean(),
      }),
    },
  },
  example: { body: { service: 'inventory' }, response: { redriven: 12, refused: [], more: false } },
});
