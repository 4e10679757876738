import * as z from 'zod/mini';
import { impersonal } from '../marks.ts';
import { Instant, Links, text } from '../values.ts';
import {
  ContractName,
  deprecationFields,
  exampleDigest,
  exampleHash,
  exampleInstant,
  exampleLabel,
  FieldPath,
  Label,
  Major,
  Owner,
  ServiceName,
  Sha256,
} from './values.ts';

export const Kind = z.enum(['event', 'command', 'endpoint']);

/** `reads` an event, `sends` a command to another owner, `calls` an endpoint of another owner. */
export const Use = z.enum(['reads', 'sends', 'calls']);

const contractFields = { contract: ContractName, major: Major, kind: Kind };

export const Deprecated = z
  .strictObject(deprecationFields)
  .check(z.refine(endsAfterItBegins, { error: 'must not be before since', path: ['sunset'] }));

export function endsAfterItBegins({ since, sunset }: { since: string; sunset?: string | undefined }): boolean {
  return sunset === undefined || Date.parse(sunset) >= Date.parse(since);
}

/** What a release offers, with the hash of the schema that it was built with. */
export const Provided = z.strictObject({
  ...contractFields,
  schema: Sha256,
  deprecated: z.optional(Deprecated),
});

/** What a release uses of others: the fields that it reads, and the hash of the schema that it was built against. */
export const Required = z.strictObject({
  ...contractFields,
  use: Use,
  fields: z.array(FieldPath).check(z.maxLength(200)),
  schema: Sha256,
});

export const MAX_PROVIDES = 300;
export const MAX_REQUIRES = 500;
const MAX_SCHEMAS = 1000;

const releaseFields = {
  service: ServiceName,
  major: Major,
  owner: Owner,
  commit: text(100),
  digest: Sha256,
  urgent: z.optional(z.boolean()),
  /** It answers by the examples of its contracts; a production stage takes none. */
  mock: z.optional(z.boolean()),
  provides: z.array(Provided).check(z.maxLength(MAX_PROVIDES)),
  requires: z.array(Required).check(z.maxLength(MAX_REQUIRES)),
};

/** A release as its build describes it. `schemas` has, by hash, those that the registry may not have yet. */
export const Manifest = z
  .strictObject({
    ...releaseFields,
    schemas: z._default(
      z
        .record(Sha256, z.record(z.string(), z.unknown()))
        .check(
          z.refine((it) => Object.keys(it).length <= MAX_SCHEMAS, { error: `has ${MAX_SCHEMAS} schemas at most` }),
        ),
      {},
    ),
  })
  .check(
    z.describe(
      'A service provides its own contracts, each once, and requires each once. A schema that is named is known or sent, ' +
        'under the SHA-256 of its canonical JSON, and has 256 KiB at most. At most 20 contracts are deprecated.',
    ),
  );
export type Manifest = z.output<typeof Manifest>;

/** A release as the registry keeps it. */
export const ReleaseView = z.strictObject({
  ...releaseFields,
  owner: z.strictObject({ ...Owner.shape, name: impersonal(z.string()) }),
  label: Label,
  registeredAt: Instant,
  _links: Links,
});

/** A release in a list, without what it provides and requires. */
export const ReleaseSummary = z.strictObject({
  service: ServiceName,
  label: Label,
  owner: z.string(),
  commit: z.string(),
  digest: Sha256,
  urgent: z.optional(z.boolean()),
  registeredAt: Instant,
  _links: Links,
});

const exampleRelease = {
  service: 'parcels',
  major: 1,
  owner: { name: 'Team Parcels', email: 'parcels@example.com' },
  commit: '5b592ad',
  digest: exampleDigest,
  provides: [{ contract: 'parcels/ParcelSent', major: 1, kind: 'event' as const, schema: exampleHash }],
  requires: [
    {
      contract: 'labels/LabelPrinted',
      major: 1,
      kind: 'event' as const,
      use: 'reads' as const,
      fields: ['labelId'],
      schema: exampleHash,
    },
  ],
};

export const exampleManifest = { ...exampleRelease, schemas: { [exampleHash]: { type: 'object' } } };

const self = { self: { href: `/v1/releases/parcels/${exampleLabel}` } };

export const exampleView = { ...exampleRelease, label: exampleLabel, registeredAt: exampleInstant, _links: self };

export const exampleSummary = {
  service: 'parcels',
  label: exampleLabel,
  owner: 'Team Parcels',
  commit: '5b592ad',
  digest: exampleDigest,
  registeredAt: exampleInstant,
  _links: self,
};
