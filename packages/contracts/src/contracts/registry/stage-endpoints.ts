import * as z from 'zod/mini';
import { endpoint } from '../contract.ts';
import { impersonal } from '../marks.ts';
import { Cursor, Instant, Links, page, PageSize, Uuid } from '../values.ts';
import { invalidCursor, releaseNotFound } from './release-endpoints.ts';
import {
  ContractKey,
  exampleDigest,
  exampleInstant,
  exampleLabel,
  HttpUrl,
  Label,
  ServiceName,
  Sha256,
  StageName,
} from './values.ts';

/**
 * `candidate`: about to be deployed, or on part of the traffic; `live`: takes all of it; `draining`: replaced, and its
 * messages may still be in queues.
 */
export const LiveState = z.enum(['candidate', 'live', 'draining']);

const Region = z.string().check(z.regex(/^[a-z]{2}(?:-[a-z]+)+-[0-9]{1,2}$|^local$/));

const deploymentFields = {
  stage: StageName,
  service: ServiceName,
  label: Label,
  since: Instant,
  /** When a draining release, or a candidate that never came, is no longer counted. */
  until: z.optional(Instant),
};

const DeploymentView = z.strictObject({
  ...deploymentFields,
  state: z.enum(['candidate', 'live', 'draining', 'removed']),
  /** Number of the live set with it: the stage's ETag. */
  token: z.int(),
  /** Labels of the releases that this one has replaced. */
  replaced: z.array(Label),
  _links: Links,
});

const StageView = z.strictObject({
  stage: StageName,
  token: z.int(),
  /** `open`: the first deployments are recorded, unjudged. `closed`: an empty live set is unknown, not safe. */
  bootstrap: z.enum(['open', 'closed']),
  items: z.array(
    z.strictObject({
      service: ServiceName,
      label: Label,
      owner: z.string(),
      state: LiveState,
      since: Instant,
      until: z.optional(Instant),
      /** It came as an urgent fix: the tests of dependants did not run. */
      urgent: z.optional(z.boolean()),
      _links: Links,
    }),
  ),
  _links: Links,
});

const params = z.strictObject({ stage: StageName });
const path = `/v1/stages/prod/deployments/parcels/${exampleLabel}`;
const links = { self: { href: path }, release: { href: `/v1/releases/parcels/${exampleLabel}` } };
const deployed = { service: 'parcels', label: exampleLabel, since: exampleInstant };
const exampleDeployment = { stage: 'prod', ...deployed, state: 'live', token: 13, replaced: [], _links: links };
const example = { params: { stage: 'prod', service: 'parcels', label: exampleLabel } };
const pageQuery = { cursor: z.optional(Cursor), limit: z._default(PageSize, 100) };
const headers = ['etag'] as const;
const stageNotFound = {
  'stage-not-found': { status: 404, title: 'No deployment to this stage was ever recorded' },
} as const;

export const RecordDeployment = endpoint('registry', {
  name: 'RecordDeployment',
  method: 'PUT',
  path: '/stages/{stage}/deployments/{service}/{label}',
  version: 1,
  summary: 'Records what a stage runs, on the condition that the live set is still the one that was judged',
  access: { any: 'registry:write' },
  params: z.strictObject({ stage: StageName, service: ServiceName, label: Label }),
  body: z
    .strictObject({
      state: z.enum(['candidate', 'live', 'removed']),
      /** Where the service answers, one address for each region. Without it, addresses stay as they are. */
      endpoints: z.optional(
        z.array(z.strictObject({ region: impersonal(Region), url: HttpUrl })).check(z.maxLength(10)),
      ),
      /** The first deployments of a stage: the registry's own, and of what it needs. */
      bootstrap: z._default(z.boolean(), false),
      /** It is an urgent fix. Said of a candidate, it counts when that is live. */
      urgent: z._default(z.boolean(), false),
      /** Ids of the overrides that the verdict names: nothing is recorded once one of them has ended. */
      overrides: z.optional(z.array(Uuid).check(z.maxLength(40))),
    })
    .check(z.describe('A region has one address. A release that is removed has none. Overrides are of a candidate.')),
  ifMatch: 'required',
  responses: { 200: { description: 'The deployment', body: DeploymentView, headers } },
  problems: {
    ...releaseNotFound,
    'stage-not-bootstrapped': { status: 409, title: 'The stage is new: record its first deployments as bootstrap' },
    'stage-bootstrapped': {
      status: 409,
      title: 'Something runs in the stage: only its first deployments are bootstrap',
    },
    'too-many-versions': { status: 422, title: 'As many releases of the service are in the stage as may be' },
  },
  example: { ...example, body: { state: 'live' }, response: exampleDeployment },
});

export const GetDeployment = endpoint('registry', {
  name: 'GetDeployment',
  method: 'GET',
  path: '/stages/{stage}/deployments/{service}/{label}',
  version: 1,
  summary: 'Shows whether and how a release is in a stage',
  access: { any: 'registry:read' },
  params: z.strictObject({ stage: StageName, service: ServiceName, label: Label }),
  responses: { 200: { description: 'The deployment', body: DeploymentView, headers } },
  problems: { 'deployment-not-found': { status: 404, title: 'The release is not in this stage' } },
  example: { ...example, response: exampleDeployment },
});

export const GetStage = endpoint('registry', {
  name: 'GetStage',
  method: 'GET',
  path: '/stages/{stage}',
  version: 1,
  summary: 'Shows what a stage runs, by service; its ETag numbers the live set',
  access: 'public',
  params,
  query: z.strictObject(pageQuery),
  responses: { 200: { description: 'A page of the live set', body: StageView, headers } },
  problems: { ...stageNotFound, ...invalidCursor },
  example: {
    params: { stage: 'prod' },
    response: {
      stage: 'prod',
      token: 13,
      bootstrap: 'closed',
      items: [{ ...deployed, owner: 'Team Parcels', state: 'live', _links: links }],
      _links: { self: { href: '/v1/stages/prod?limit=100' } },
    },
  },
});

const EndpointView = z.strictObject({
  service: ServiceName,
  region: impersonal(z.string()),
  url: z.string(),
  since: Instant,
  _links: Links,
});

export const ListEndpoints = endpoint('registry', {
  name: 'ListEndpoints',
  method: 'GET',
  path: '/stages/{stage}/endpoints',
  version: 1,
  summary: 'Lists where the services of a stage answer, by service and region',
  access: 'public',
  params,
  query: z.strictObject({ service: z.optional(ServiceName), ...pageQuery }),
  responses: { 200: { description: 'A page of addresses', body: page(EndpointView), headers } },
  problems: invalidCursor,
  example: {
    params: { stage: 'prod' },
    response: {
      items: [
        {
          service: 'parcels',
          region: 'eu-central-1',
          url: 'https://example.com/parcels',
          since: exampleInstant,
          _links: { stage: { href: '/v1/stages/prod' } },
        },
      ],
      _links: { self: { href: '/v1/stages/prod/endpoints?limit=100' } },
    },
  },
});

/**
 * `unregistered`: runs and is unknown here; `different`: runs in other artefacts, or its rules on the bus are others than
 * it needs; `missing`: recorded, and not there.
 */
export const DriftKind = z.enum(['unregistered', 'different', 'missing']);

/** Rules on the bus that a service lacks or has beyond what its release requires. */
export const RuleDrift = z.strictObject({
  /** Contracts of which a rule is not there, is switched off, or has no target. */
  missing: z.array(z.string()),
  /** Names of rules that bring what nobody is known to require. */
  unknown: z.array(z.string()),
});

export const GetDrift = endpoint('registry', {
  name: 'GetDrift',
  method: 'GET',
  path: '/stages/{stage}/drift',
  version: 1,
  summary: 'Compares what the stage runs, and what its bus brings to whom, with what is recorded, now',
  access: { any: 'registry:read' },
  params,
  responses: {
    200: {
      description: 'Where they differ, by service',
      body: z.strictObject({
        stage: StageName,
        items: z.array(
          z.strictObject({
            service: z.string(),
            kind: DriftKind,
            /** Digest of the artefacts that run. */
            deployed: z.optional(z.string()),
            registered: z.optional(z.strictObject({ label: Label, digest: Sha256 })),
            rules: z.optional(RuleDrift),
            what: z.string(),
            remedy: z.string(),
          }),
        ),
        _links: Links,
      }),
      headers,
    },
  },
  problems: {
    'stage-elsewhere': { status: 422, title: 'This registry sees what runs in its own stage alone' },
  },
  example: {
    params: { stage: 'prod' },
    response: {
      stage: 'prod',
      items: [
        {
          service: 'parcels',
          kind: 'different',
          deployed: exampleDigest,
          registered: { label: exampleLabel, digest: exampleDigest.split('').reverse().join('') },
          what: 'parcels runs in other artefacts than those of the release that is recorded as live.',
          remedy: 'Deploy the release again, or register and record what runs.',
        },
      ],
      _links: { self: { href: '/v1/stages/prod/drift' }, stage: { href: '/v1/stages/prod' } },
    },
  },
});

export const RecordUses = endpoint('registry', {
  name: 'RecordUses',
  method: 'PUT',
  path: '/stages/{stage}/uses/{service}/{label}',
  version: 1,
  summary: 'Records which contracts a release has used today; kept once a day for each',
  access: { any: 'registry:write' },
  params: z.strictObject({ stage: StageName, service: ServiceName, label: Label }),
  body: z.strictObject({ contracts: z.array(ContractKey).check(z.minLength(1), z.maxLength(100)) }),
  responses: { 204: { description: 'The uses are recorded' } },
  problems: releaseNotFound,
  example: { ...example, body: { contracts: ['labels/LabelPrinted@1'] } },
});
