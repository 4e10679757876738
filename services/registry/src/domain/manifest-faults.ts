import { canonical, hashOf, nameOf } from '@dure/compatibility';
import type { Manifest } from '@dure/contracts/registry';

/** A field of a manifest that is wrong, and what would be right. */
export interface ManifestFault {
  readonly path: readonly PropertyKey[];
  readonly detail: string;
}

const MAX_SCHEMA_BYTES = 256 * 1024;
/** Each deprecation is two items of the transaction that records a deployment. */
const MAX_DEPRECATED = 20;

const USE_OF = { event: 'reads', command: 'sends', endpoint: 'calls' } as const;

/** What is wrong in a manifest beyond its shape. `known` has the hashes that the registry has schemas of. */
export function manifestFaults(manifest: Manifest, known: ReadonlySet<string>): ManifestFault[] {
  const { provides, requires, schemas } = manifest;
  const missing = ({ schema }: { schema: string }) => !known.has(schema) && !Object.hasOwn(schemas, schema);
  return [
    ...provides.flatMap((it, index) => [
      ...fault(!it.contract.startsWith(`${manifest.service}/`), ['provides', index, 'contract'], OWN(manifest.service)),
      ...fault(missing(it), ['provides', index, 'schema'], MISSING),
      ...fault(it.deprecated?.successor === nameOf(it), ['provides', index, 'deprecated', 'successor'], SUCCESSOR),
    ]),
    ...requires.flatMap((it, index) => [
      ...fault(missing(it), ['requires', index, 'schema'], MISSING),
      ...fault(it.use !== USE_OF[it.kind], ['requires', index, 'use'], `of this kind is ${USE_OF[it.kind]}`),
    ]),
    ...twice('provides', provides.map(nameOf)),
    ...twice('requires', requires.map(nameOf)),
    ...fault(
      provides.filter(({ deprecated }) => deprecated !== undefined).length > MAX_DEPRECATED,
      ['provides'],
      `deprecates ${MAX_DEPRECATED} contracts at most`,
    ),
    ...Object.entries(schemas).flatMap(([hash, schema]) => schemaFaults(hash, schema)),
  ];
}

const MISSING = 'names a schema that the registry does not have: send it in schemas';
const SUCCESSOR = 'must be another contract';
const OWN = (service: string) => `must be a contract of the service itself: ${service}/<Name>`;

function schemaFaults(hash: string, schema: object): ManifestFault[] {
  const path = ['schemas', hash];
  if (Buffer.byteLength(canonical(schema)) > MAX_SCHEMA_BYTES) {
    return [{ path, detail: `has ${MAX_SCHEMA_BYTES} bytes at most` }];
  }
  const actual = hashOf(schema);
  return fault(actual !== hash, path, `is not the SHA-256 of the schema's canonical JSON, which is ${actual}`);
}

const fault = (wrong: boolean, path: readonly PropertyKey[], detail: string): ManifestFault[] =>
  wrong ? [{ path, detail }] : [];

function twice(list: string, names: readonly string[]): ManifestFault[] {
  return names.flatMap((name, index) =>
    fault(names.indexOf(name) < index, [list, index, 'contract'], `is there twice: ${name}`),
  );
}
