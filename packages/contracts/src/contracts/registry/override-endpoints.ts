import * as z from 'zod/mini';
import { endpoint } from '../contract.ts';
import { Cursor, Instant, Links, page, PageSize, text, Uuid } from '../values.ts';
import { invalidCursor } from './release-endpoints.ts';
import { exampleInstant, StageName } from './values.ts';
import { overrideFields } from './verdict.ts';

/** A team that overrides a refusal says who, why and until when, 30 days ahead at most. */
const givenFields = { ...overrideFields, who: text(100), why: text(500), until: Instant };

const OverrideView = z.strictObject({
  id: Uuid,
  ...givenFields,
  /** The caller, by the API key. */
  actor: z.string(),
  recordedAt: Instant,
  _links: Links,
});

const id = '01890a5d-ac96-774b-bcce-b302099a8057';
const exampleBody = {
  stage: 'prod',
  contract: 'parcels/ParcelSent@1',
  consumer: 'tracking',
  who: 'Team Parcels',
  why: 'Tracking is switched off until its new version is live.',
  until: '2026-01-06T09:30:00.000Z',
};
const exampleView = {
  id,
  ...exampleBody,
  actor: 'anonymous',
  recordedAt: exampleInstant,
  _links: { self: { href: `/v1/overrides/${id}` } },
};

const params = z.strictObject({ id: Uuid });
const notFound = {
  'override-not-found': { status: 404, title: 'There is no such override, or it has ended' },
} as const;

export const RecordOverride = endpoint('registry', {
  name: 'RecordOverride',
  method: 'POST',
  path: '/overrides',
  version: 1,
  summary: 'Excuses what would block a deployment, for a time; the verdict names it',
  access: { any: 'registry:write' },
  body: z.strictObject(givenFields).check(z.describe('It ends in the future, within 30 days.')),
  idempotencyKey: 'optional',
  responses: { 201: { description: 'The override', body: OverrideView, headers: ['location', 'etag'] } },
  problems: {
    'too-many-overrides': { status: 422, title: 'As many overrides are in force as may be; end one first' },
  },
  example: { body: exampleBody, response: exampleView },
});

export const GetOverride = endpoint('registry', {
  name: 'GetOverride',
  method: 'GET',
  path: '/overrides/{id}',
  version: 1,
  summary: 'Shows an override that is in force',
  access: { any: 'registry:read' },
  params,
  responses: { 200: { description: 'The override', body: OverrideView, headers: ['etag'] } },
  problems: notFound,
  example: { params: { id }, response: exampleView },
});

export const ListOverrides = endpoint('registry', {
  name: 'ListOverrides',
  method: 'GET',
  path: '/overrides',
  version: 1,
  summary: 'Lists the overrides that are in force, oldest first',
  access: { any: 'registry:read' },
  query: z.strictObject({
    stage: z.optional(StageName),
    cursor: z.optional(Cursor),
    limit: z._default(PageSize, 50),
  }),
  responses: { 200: { description: 'A page of overrides', body: page(OverrideView), headers: ['etag'] } },
  problems: invalidCursor,
  example: {
    query: { stage: 'prod' },
    response: { items: [exampleView], _links: { self: { href: '/v1/overrides?stage=prod&limit=50' } } },
  },
});

export const EndOverride = endpoint('registry', {
  name: 'EndOverride',
  method: 'DELETE',
  path: '/overrides/{id}',
  version: 1,
  summary: 'Ends an override before its time',
  access: { any: 'registry:write' },
  params,
  responses: { 204: { description: 'The override has ended' } },
  problems: notFound,
  example: { params: { id } },
});
