import * as z from 'zod/mini';
import { endpoint } from '../contract.ts';
import { Cursor, page, PageSize } from '../values.ts';
import { exampleManifest, exampleSummary, exampleView, Manifest, ReleaseSummary, ReleaseView } from './manifest.ts';
import { exampleHash, exampleLabel, Label, ServiceName, Sha256 } from './values.ts';

/** Lambda takes 6 MB of an event, in which the body's quotation marks are escaped. */
const MAX_MANIFEST_BYTES = 3 * 1024 * 1024;

const params = z.strictObject({ service: ServiceName, label: Label });
const example = { params: { service: 'parcels', label: exampleLabel } };

export const invalidCursor = {
  'invalid-cursor': { status: 400, title: 'The cursor is not one that this list has given' },
} as const;

export const releaseNotFound = {
  'release-not-found': { status: 404, title: 'No such release is registered' },
} as const;

const manifestProblems = {
  'release-differs': {
    status: 409,
    title: 'This label, or these artefacts, are registered with other contracts; a release never changes',
  },
  'manifest-too-large': { status: 422, title: 'What the release provides and requires is more than an entry holds' },
} as const;

const headers = ['etag'] as const;
const registered = { description: 'The release', body: ReleaseView, headers: ['location', 'etag'] };
const known = { description: 'The release, which was registered before', body: ReleaseView, headers: ['etag'] };

export const RegisterRelease = endpoint('registry', {
  name: 'RegisterRelease',
  method: 'POST',
  path: '/releases',
  version: 1,
  summary: 'Registers a release and gives it a label; the same artefacts of a service have the same label again',
  access: { any: 'registry:write' },
  body: Manifest,
  maxBodyBytes: MAX_MANIFEST_BYTES,
  idempotencyKey: 'optional',
  responses: { 200: known, 201: registered },
  problems: manifestProblems,
  example: { body: exampleManifest, response: exampleView },
});

export const PutRelease = endpoint('registry', {
  name: 'PutRelease',
  method: 'PUT',
  path: '/releases/{service}/{label}',
  version: 1,
  summary: 'Registers a release under a label of its own; a repetition changes nothing',
  access: { any: 'registry:write' },
  params,
  body: Manifest,
  maxBodyBytes: MAX_MANIFEST_BYTES,
  responses: { 200: known, 201: registered },
  problems: manifestProblems,
  example: { ...example, body: exampleManifest, response: exampleView },
});

export const GetRelease = endpoint('registry', {
  name: 'GetRelease',
  method: 'GET',
  path: '/releases/{service}/{label}',
  version: 1,
  summary: 'Shows a release: what it provides and requires',
  access: { any: 'registry:read' },
  params,
  responses: { 200: { description: 'The release', body: ReleaseView, headers } },
  problems: releaseNotFound,
  example: { ...example, response: exampleView },
});

export const ListReleases = endpoint('registry', {
  name: 'ListReleases',
  method: 'GET',
  path: '/releases/{service}',
  version: 1,
  summary: 'Lists the releases of a service, newest first',
  access: { any: 'registry:read' },
  params: z.strictObject({ service: ServiceName }),
  query: z.strictObject({ cursor: z.optional(Cursor), limit: z._default(PageSize, 50) }),
  responses: { 200: { description: 'A page of releases', body: page(ReleaseSummary), headers } },
  problems: invalidCursor,
  example: {
    params: { service: 'parcels' },
    response: { items: [exampleSummary], _links: { self: { href: '/v1/releases/parcels?limit=50' } } },
  },
});

export const GetSchema = endpoint('registry', {
  name: 'GetSchema',
  method: 'GET',
  path: '/schemas/{sha}',
  version: 1,
  summary: 'Shows a schema by the SHA-256 of its canonical JSON',
  access: { any: 'registry:read' },
  params: z.strictObject({ sha: Sha256 }),
  responses: {
    200: { description: 'The schema, which never changes', body: z.record(z.string(), z.unknown()), headers },
  },
  problems: { 'schema-not-found': { status: 404, title: 'No release brought a schema with this hash' } },
  example: { params: { sha: exampleHash }, response: { type: 'object' } },
});
