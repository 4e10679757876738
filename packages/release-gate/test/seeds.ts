import { hashOf } from '@dure/compatibility';
import type { Manifest } from '../src/manifest.ts';

/** Seeds publishes an event, and beds reads a field of it. */

const schemaOf = (fields: readonly string[]) => ({
  ...{ type: 'object', required: fields },
  properties: Object.fromEntries(fields.map((field) => [field, { type: 'string' }])),
});
const contract = { contract: 'seeds/SeedSown', major: 1, kind: 'event' as const };
const release = { major: 1, commit: 'c0ffee' };

export function seeds(...fields: string[]): Manifest {
  const schema = schemaOf(fields);
  const hash = hashOf(schema);
  return {
    ...{ ...release, service: 'seeds', owner: { name: 'Team Seeds' }, digest: hashOf(fields) },
    provides: [{ ...contract, schema: hash }],
    ...{ requires: [], schemas: { [hash]: schema } },
  };
}

export function beds(...fields: string[]): Manifest {
  const schema = schemaOf(fields);
  const hash = hashOf(schema);
  return {
    ...{ ...release, service: 'beds', owner: { name: 'Team Beds' }, digest: hashOf(['beds', ...fields]) },
    requires: [{ ...contract, use: 'reads', fields, schema: hash }],
    ...{ provides: [], schemas: { [hash]: schema } },
  };
}
