import * as z from 'zod/mini';
import { endpoint, event } from '../contract.ts';
import { Cursor, Links, page, PageSize } from '../values.ts';
import { examplePolicy, PolicyFields } from './policy-document.ts';
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

/** How calls of each service are sent, by whoever calls it. */

/** As it was published: what was valid then may not be any more. */
const StoredPolicy = z.record(z.string(), z.unknown());

/** A caller of an earlier release gets what it does not know as well, and then refuses the whole. */
const PublishedPolicy = z.looseObject({ targets: z.record(z.string(), z.unknown()), routes: z.array(z.unknown()) });

const MeshPolicyView = z.strictObject({
  service: CalledService,
  ...published,
  policy: StoredPolicy,
  _links: Links,
});

const params = z.strictObject({ service: CalledService });
const headers = ['etag'] as const;
const notFound = { 'policy-not-found': { status: 404, title: 'No policy was published for this service' } } as const;
const path = '/v1/mesh/policies/parcels';
const example = {
  ...{ service: 'parcels', ...examplePublished, policy: examplePolicy },
  _links: { self: { href: path }, revisions: { href: `${path}/revisions` } },
};
/** The largest that fits beside those of all other services in what a caller reads. */
const maxBodyBytes = 16_384;

export const PublishMeshPolicy = endpoint('control-plane', {
  name: 'PublishMeshPolicy',
  method: 'PUT',
  path: '/mesh/policies/{service}',
  version: 1,
  summary: 'Publishes how calls of a service are sent: as a whole, as the next revision',
  access: { any: 'mesh:write' },
  params,
  body: z
    .strictObject({ policy: PolicyFields, why: Why })
    .check(
      z.describe(
        'Targets of routes are in the policy, weights make 10000, and the last route matches everything. ' +
          'A policy that is published needs If-Match to be replaced.',
      ),
    ),
  ifMatch: 'optional',
  maxBodyBytes,
  responses: { 200: { description: 'The policy; callers have it within seconds', body: MeshPolicyView, headers } },
  example: {
    params: { service: 'parcels' },
    body: { policy: examplePolicy, why: examplePublished.why },
    response: example,
  },
});

export const GetMeshPolicy = endpoint('control-plane', {
  name: 'GetMeshPolicy',
  method: 'GET',
  path: '/mesh/policies/{service}',
  version: 1,
  summary: 'Shows how calls of a service are sent',
  access: { any: 'mesh:read' },
  params,
  responses: { 200: { description: 'The newest revision', body: MeshPolicyView, headers } },
  problems: notFound,
  example: { params: { service: 'parcels' }, response: example },
});

export const ListMeshPolicies = endpoint('control-plane', {
  name: 'ListMeshPolicies',
  method: 'GET',
  path: '/mesh/policies',
  version: 1,
  summary: 'Lists the services that have a policy, by name',
  access: { any: 'mesh:read' },
  query: z.strictObject({ cursor: z.optional(Cursor), limit: z._default(PageSize, 100) }),
  responses: {
    200: {
      description: 'A page of what each policy is now, without its content',
      body: page(z.strictObject({ service: CalledService, ...published, _links: Links })),
    },
  },
  problems: invalidCursor,
  example: {
    response: {
      items: [{ service: 'parcels', ...examplePublished, _links: { self: { href: path } } }],
      _links: { self: { href: '/v1/mesh/policies?limit=100' } },
    },
  },
});

export const ListMeshPolicyRevisions = endpoint('control-plane', {
  name: 'ListMeshPolicyRevisions',
  method: 'GET',
  path: '/mesh/policies/{service}/revisions',
  version: 1,
  summary: 'Lists every revision of a policy, newest first',
  access: { any: 'mesh:read' },
  params,
  query: z.strictObject({ cursor: z.optional(Cursor), limit: z._default(PageSize, 20) }),
  responses: { 200: { description: 'A page of who published what, when and why', body: page(RevisionSummary) } },
  problems: { ...notFound, ...invalidCursor },
  example: {
    params: { service: 'parcels' },
    response: {
      items: [{ ...examplePublished, _links: { self: { href: `${path}/revisions/42` } } }],
      _links: { self: { href: `${path}/revisions?limit=20` } },
    },
  },
});

export const GetMeshPolicyRevision = endpoint('control-plane', {
  name: 'GetMeshPolicyRevision',
  method: 'GET',
  path: '/mesh/policies/{service}/revisions/{revision}',
  version: 1,
  summary: 'Shows a revision of a policy, which never changes',
  access: { any: 'mesh:read' },
  params: z.strictObject({ service: CalledService, revision: RevisionInPath }),
  responses: { 200: { description: 'The revision', body: MeshPolicyView, headers } },
  problems: { 'policy-revision-not-found': { status: 404, title: 'The policy has no revision with this number' } },
  example: {
    params: { service: 'parcels', revision: '42' },
    response: { ...example, _links: { self: { href: `${path}/revisions/42` }, policy: { href: path } } },
  },
});

export const RollBackMeshPolicy = endpoint('control-plane', {
  name: 'RollBackMeshPolicy',
  method: 'POST',
  path: '/mesh/policies/{service}/rollbacks',
  version: 1,
  summary: 'Publishes the content of an old revision again, as the next revision',
  access: { any: 'mesh:write' },
  params,
  body: RollBack,
  idempotencyKey: 'optional',
  ifMatch: 'required',
  responses: {
    201: { description: 'The policy as it is now', body: MeshPolicyView, headers: ['etag', 'location'] },
  },
  problems: { ...notFound, ...rollBackProblems },
  example: {
    params: { service: 'parcels' },
    body: { to: 41, why: 'v2 is slow' },
    response: { ...example, restores: 41 },
  },
});

export const MeshPolicyPublished = event(
  'control-plane',
  'MeshPolicyPublished',
  1,
  z.object({ service: CalledService, revision: Revision, policy: PublishedPolicy, why: z.string() }),
  {
    description:
      'How calls of a service are sent from now on, whole. The subject is the service, and the sequence the revision. ' +
      'A caller that cannot read the policy keeps the one before.',
    example: {
      service: 'parcels',
      revision: 42,
      policy: { targets: { ...examplePolicy.targets }, routes: [...examplePolicy.routes] },
      why: examplePublished.why,
    },
  },
);
