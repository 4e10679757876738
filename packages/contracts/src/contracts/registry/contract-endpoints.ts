import * as z from 'zod/mini';
import { endpoint } from '../contract.ts';
import { impersonal } from '../marks.ts';
import { Cursor, Instant, Links, page, PageSize, text } from '../values.ts';
import { endsAfterItBegins, Kind, Use } from './manifest.ts';
import { invalidCursor } from './release-endpoints.ts';
import { LiveState } from './stage-endpoints.ts';
import {
  ContractKey,
  deprecationFields,
  exampleHash,
  exampleInstant,
  exampleLabel,
  Label,
  ServiceName,
  Sha256,
  StageName,
} from './values.ts';

const summaryFields = { contract: ContractKey, kind: Kind };

const DeprecationView = z.strictObject({
  ...deprecationFields,
  acknowledgements: z.array(z.strictObject({ consumer: ServiceName, who: z.string(), at: Instant })),
});

const ContractSummary = z.strictObject({
  ...summaryFields,
  deprecated: z.optional(z.strictObject(deprecationFields)),
  _links: Links,
});

const ContractView = z.strictObject({
  ...summaryFields,
  /** The release that provides it and was registered last, and its schema. */
  label: Label,
  schema: Sha256,
  deprecated: z.optional(DeprecationView),
  _links: Links,
});

const params = z.strictObject({
  owner: ServiceName,
  name: impersonal(z.string().check(z.regex(/^[A-Z][A-Za-z0-9]{0,99}$/))),
  major: z.string().check(z.regex(/^(?:0|[1-9][0-9]{0,3})$/)),
});

const href = '/v1/contracts/parcels/ParcelSent/1';
const exampleSummary = {
  contract: 'parcels/ParcelSent@1',
  kind: 'event',
  _links: { self: { href } },
};
const exampleDeprecation = {
  since: exampleInstant,
  sunset: '2026-07-05T00:00:00.000Z',
  successor: 'parcels/ParcelSent@2',
};
const exampleContract = {
  ...exampleSummary,
  label: exampleLabel,
  schema: exampleHash,
  deprecated: {
    ...exampleDeprecation,
    acknowledgements: [{ consumer: 'tracking', who: 'Team Tracking', at: exampleInstant }],
  },
};
const example = { params: { owner: 'parcels', name: 'ParcelSent', major: '1' } };
const headers = ['etag'] as const;
const notFound = { 'contract-not-found': { status: 404, title: 'No release provides this contract' } } as const;
const pageQuery = { cursor: z.optional(Cursor), limit: z._default(PageSize, 50) };

export const ListContracts = endpoint('registry', {
  name: 'ListContracts',
  method: 'GET',
  path: '/contracts',
  version: 1,
  summary: 'Lists the contracts that releases provide, by owner and name',
  access: 'public',
  query: z.strictObject({ owner: z.optional(ServiceName), ...pageQuery }),
  responses: { 200: { description: 'A page of contracts', body: page(ContractSummary), headers } },
  problems: invalidCursor,
  example: {
    query: { owner: 'parcels' },
    response: { items: [exampleSummary], _links: { self: { href: '/v1/contracts?owner=parcels&limit=50' } } },
  },
});

export const GetContract = endpoint('registry', {
  name: 'GetContract',
  method: 'GET',
  path: '/contracts/{owner}/{name}/{major}',
  version: 1,
  summary: 'Shows a contract: its kind, its newest schema, and until when it is there',
  access: 'public',
  params,
  responses: { 200: { description: 'The contract', body: ContractView, headers } },
  problems: notFound,
  example: { ...example, response: exampleContract },
});

const ConsumerView = z.strictObject({
  service: ServiceName,
  label: Label,
  owner: z.string(),
  use: Use,
  fields: z.array(z.string()),
  schema: Sha256,
  /** In the stage that was asked for. */
  state: z.optional(LiveState),
  /** When it was used last in that stage, to the day. */
  lastUsed: z.optional(z.iso.date()),
  _links: Links,
});

export const ListConsumers = endpoint('registry', {
  name: 'ListConsumers',
  method: 'GET',
  path: '/contracts/{owner}/{name}/{major}/consumers',
  version: 1,
  summary: 'Lists the releases that require a contract: of every stage, or those in one stage with their last use',
  access: 'public',
  params,
  query: z.strictObject({ stage: z.optional(StageName), ...pageQuery }),
  responses: { 200: { description: 'A page of consumers', body: page(ConsumerView), headers } },
  problems: invalidCursor,
  example: {
    ...example,
    query: { stage: 'prod' },
    response: {
      items: [
        {
          service: 'tracking',
          label: 'v2_20260104-1',
          owner: 'Team Tracking',
          use: 'reads',
          fields: ['carrier'],
          schema: exampleHash,
          state: 'live',
          lastUsed: '2026-01-05',
          _links: { release: { href: '/v1/releases/tracking/v2_20260104-1' } },
        },
      ],
      _links: { self: { href: `${href}/consumers?stage=prod&limit=50` } },
    },
  },
});

export const DeprecateContract = endpoint('registry', {
  name: 'DeprecateContract',
  method: 'PUT',
  path: '/contracts/{owner}/{name}/{major}/deprecation',
  version: 1,
  summary: 'Says from when a contract should no longer be used, until when it is there, and what replaces it',
  access: { any: 'registry:write' },
  params,
  body: z
    .strictObject(deprecationFields)
    .check(
      z.refine(endsAfterItBegins, { error: 'must not be before since', path: ['sunset'] }),
      z.describe('The sunset is not before the deprecation begins.'),
    ),
  ifMatch: 'optional',
  responses: { 200: { description: 'The contract', body: ContractView, headers } },
  problems: {
    ...notFound,
    'successor-not-found': { status: 422, title: 'No release provides the successor' },
    'own-successor': { status: 422, title: 'A contract does not replace itself' },
  },
  example: { ...example, body: exampleDeprecation, response: exampleContract },
});

export const AcknowledgeDeprecation = endpoint('registry', {
  name: 'AcknowledgeDeprecation',
  method: 'POST',
  path: '/contracts/{owner}/{name}/{major}/acknowledgements',
  version: 1,
  summary: 'Records that a consumer knows of a deprecation; a repetition changes nothing',
  access: { any: 'registry:write' },
  params,
  body: z.strictObject({ consumer: ServiceName, who: text(100) }),
  idempotencyKey: 'optional',
  responses: { 200: { description: 'The contract', body: ContractView, headers } },
  problems: {
    ...notFound,
    'not-deprecated': { status: 422, title: 'The contract is not deprecated' },
    'not-a-consumer': { status: 422, title: 'No release of this service requires the contract' },
  },
  example: { ...example, body: { consumer: 'tracking', who: 'Team Tracking' }, response: exampleContract },
});
