import * as z from 'zod/mini';
import { endpoint, event } from '../contract.ts';
import { impersonal } from '../marks.ts';
import { Cursor, Instant, Links, page, PageSize } from '../values.ts';
import {
  CalledService,
  examplePublished,
  invalidCursor,
  published,
  Revision,
  RevisionInPath,
  RevisionSummary,
  RollBack,
  rollBackProblems,
  Why,
} from './values.ts';

/** Values that services take up while they run. Each service declares its own, with a schema and a default. */

const ConfigurationName = impersonal(
  z.string().check(z.regex(/^[a-z][a-z0-9-]{0,60}$/), z.describe('A value: lower-case letters, digits and hyphens')),
);

const ConfigurationView = z.strictObject({
  service: CalledService,
  name: ConfigurationName,
  description: z.string(),
  /** 0 while nothing was published, and the default holds. */
  revision: z.int().check(z.gte(0)),
  value: z.unknown(),
  /** What a service without a published value has. */
  default: z.unknown(),
  /** JSON Schema of the value. */
  schema: z.record(z.string(), z.unknown()),
  publishedAt: z.optional(Instant),
  actor: z.optional(z.string()),
  why: z.optional(z.string()),
  restores: z.optional(Revision),
  _links: Links,
});

const ConfigurationRevisionView = z.strictObject({
  service: CalledService,
  name: ConfigurationName,
  ...published,
  value: z.unknown(),
  _links: Links,
});

const params = z.strictObject({ service: CalledService, name: ConfigurationName });
const headers = ['etag'] as const;
const notFound = {
  'configuration-not-found': { status: 404, title: 'No service declares a value with this name' },
} as const;
const named = { service: 'parcels', name: 'largest-weight' } as const;
const path = `/v1/configuration/${named.service}/${named.name}`;
const example = {
  ...{ ...named, ...examplePublished, why: 'The new belt carries more' },
  ...{ description: 'In grams, of a parcel', value: 30_000, default: 20_000, schema: { type: 'integer' } },
  _links: { self: { href: path }, revisions: { href: `${path}/revisions` } },
};
const { description: _description, default: _default, schema: _schema, ...exampleRevision } = example;
const maxBodyBytes = 16_384;

export const PublishConfiguration = endpoint('control-plane', {
  name: 'PublishConfiguration',
  method: 'PUT',
  path: '/configuration/{service}/{name}',
  version: 1,
  summary: 'Publishes a value that a service takes up while it runs, as the next revision',
  access: { any: 'mesh:write' },
  params,
  body: z
    .strictObject({ value: z.unknown(), why: Why })
    .check(
      z.describe('The value is one that the service declares. One that is published needs If-Match to be replaced.'),
    ),
  ifMatch: 'optional',
  maxBodyBytes,
  responses: { 200: { description: 'The value; the service has it within seconds', body: ConfigurationView, headers } },
  problems: notFound,
  example: { params: named, body: { value: 30_000, why: example.why }, response: example },
});

export const GetConfiguration = endpoint('control-plane', {
  name: 'GetConfiguration',
  method: 'GET',
  path: '/configuration/{service}/{name}',
  version: 1,
  summary: 'Shows a value, its default, and what it may be',
  access: { any: 'mesh:read' },
  params,
  responses: { 200: { description: 'The value that holds', body: ConfigurationView, headers } },
  problems: notFound,
  example: { params: named, response: example },
});

export const ListConfiguration = endpoint('control-plane', {
  name: 'ListConfiguration',
  method: 'GET',
  path: '/configuration',
  version: 1,
  summary: 'Lists the values that services declare, by service and name',
  access: { any: 'mesh:read' },
  query: z.strictObject({
    service: z.optional(CalledService),
    cursor: z.optional(Cursor),
    limit: z._default(PageSize, 100),
  }),
  responses: { 200: { description: 'A page of values', body: page(ConfigurationView) } },
  problems: invalidCursor,
  example: { response: { items: [example], _links: { self: { href: '/v1/configuration?limit=100' } } } },
});

export const ListConfigurationRevisions = endpoint('control-plane', {
  name: 'ListConfigurationRevisions',
  method: 'GET',
  path: '/configuration/{service}/{name}/revisions',
  version: 1,
  summary: 'Lists every revision of a value, newest first',
  access: { any: 'mesh:read' },
  params,
  query: z.strictObject({ cursor: z.optional(Cursor), limit: z._default(PageSize, 20) }),
  responses: { 200: { description: 'A page of who published what, when and why', body: page(RevisionSummary) } },
  problems: { ...notFound, ...invalidCursor },
  example: {
    params: named,
    response: {
      items: [{ ...examplePublished, _links: { self: { href: `${path}/revisions/42` } } }],
      _links: { self: { href: `${path}/revisions?limit=20` } },
    },
  },
});

export const GetConfigurationRevision = endpoint('control-plane', {
  name: 'GetConfigurationRevision',
  method: 'GET',
  path: '/configuration/{service}/{name}/revisions/{revision}',
  version: 1,
  summary: 'Shows a revision of a value, which never changes',
  access: { any: 'mesh:read' },
  params: z.strictObject({ ...params.shape, revision: RevisionInPath }),
  responses: { 200: { description: 'The revision', body: ConfigurationRevisionView, headers } },
  problems: {
    'configuration-revision-not-found': { status: 404, title: 'The value has no revision with this number' },
  },
  example: {
    params: { ...named, revision: '42' },
    response: { ...exampleRevision, _links: { self: { href: `${path}/revisions/42` }, value: { href: path } } },
  },
});

export const RollBackConfiguration = endpoint('control-plane', {
  name: 'RollBackConfiguration',
  method: 'POST',
  path: '/configuration/{service}/{name}/rollbacks',
  version: 1,
  summary: 'Publishes an old value again, as the next revision',
  access: { any: 'mesh:write' },
  params,
  body: RollBack,
  idempotencyKey: 'optional',
  ifMatch: 'required',
  responses: {
    201: { description: 'The value as it is now', body: ConfigurationView, headers: ['etag', 'location'] },
  },
  problems: { ...notFound, ...rollBackProblems },
  example: { params: named, body: { to: 41, why: 'The belt broke' }, response: { ...example, restores: 41 } },
});

export const ConfigurationPublished = event(
  'control-plane',
  'ConfigurationPublished',
  1,
  z.object({
    service: CalledService,
    name: ConfigurationName,
    revision: Revision,
    /** The value, as JSON. */
    json: z.string(),
    why: z.string(),
  }),
  {
    description:
      'A value of a service is this from now on. The subject is <service>/<name>, and the sequence the revision.',
    example: { ...named, revision: 42, json: '30000', why: example.why },
  },
);
