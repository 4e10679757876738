import { canonical, endpointFaults, hashOf, nameOf, type Schema, schemaFaults } from '@dure/compatibility';
import type { Manifest } from '@dure/contracts/registry';

/** A field of a manifest that is wrong, and what would be right. */
export interface ManifestFault {
  readonly path: readonly PropertyKey[];
  readonly detail: string;
}

const MAX_SCHEMA_BYTES = 256 * 1024;
/** Each deprecation is two items of the transaction that records a deployment. */
const MAX_DEPRECATED = 20;

type Named = Pick<Manifest['provides'][number], 'schema' | 'kind'>;
type Kind = Named['kind'];

const USE_OF = { event: 'reads', command: 'sends', endpoint: 'calls' } as const;

/** What is wrong in a manifest beyond its shape. `known` has the hashes that the registry has schemas of. */
export function manifestFaults(manifest: Manifest, known: Pick<ReadonlySet<string>, 'has'>): ManifestFault[] {
  const { provides, requires, schemas } = manifest;
  const missing = ({ schema }: Named) => !known.has(schema) && !Object.hasOwn(schemas, schema);
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
    ...Object.entries(schemas).flatMap(([hash, schema]) => documentFaults(hash, schema, kindsOf(manifest, hash))),
  ];
}

const MISSING = 'names a schema that the registry does not have: send it in schemas';
const SUCCESSOR = 'must be another contract';
const OWN = (service: string) => `must be a contract of the service itself: ${service}/<Name>`;

/**
 * What is wrong in the schemas that a manifest names and does not send, by their hash: each was judged as what it was sent
 * for, and may be named as another kind's now.
 */
export function keptFaults({ provides, requires }: Manifest, kept: ReadonlyMap<string, Schema>): ManifestFault[] {
  const of = (list: readonly Named[], name: string) =>
    list.flatMap(({ schema, kind }, index) => {
      const document = kept.get(schema);
      const faults = document === undefined ? [] : faultsAs(kind)(document);
      return faults.map(({ path, detail }) => ({
        path: [name, index, 'schema'],
        detail: `names a schema that is not that of ${kind === 'command' ? 'a' : 'an'} ${kind}: ${path.join('/')} ${detail}`,
      }));
    });
  return [...of(provides, 'provides'), ...of(requires, 'requires')];
}

const faultsAs = (kind: Kind) => (kind === 'endpoint' ? endpointFaults : schemaFaults);

const kindsOf = ({ provides, requires }: Manifest, hash: string) =>
  new Set([...provides, ...requires].filter(({ schema }) => schema === hash).map(({ kind }) => kind));

/** What nobody could compare: it is refused while somebody is there to mend it. */
function documentFaults(hash: string, document: object, kinds: ReadonlySet<Kind>): ManifestFault[] {
  const path = ['schemas', hash];
  const isEndpoint = kinds.has('endpoint');
  const isSchema = !isEndpoint || kinds.size > 1;
  const unlike = [...(isSchema ? schemaFaults(document) : []), ...(isEndpoint ? endpointFaults(document) : [])];
  if (unlike.length > 0) return unlike.map((it) => ({ path: [...path, ...it.path], detail: it.detail }));
  if (Buffer.byteLength(canonical(document)) > MAX_SCHEMA_BYTES) {
    return [{ path, detail: `has ${MAX_SCHEMA_BYTES} bytes at most` }];
  }
  const actual = hashOf(document);
  return fault(actual !== hash, path, `is not the SHA-256 of the schema's canonical JSON, which is ${actual}`);
}

const fault = (wrong: boolean, path: readonly PropertyKey[], detail: string): ManifestFault[] =>
  wrong ? [{ path, detail }] : [];

function twice(list: string, names: readonly string[]): ManifestFault[] {
  return names.flatMap((name, index) =>
    fault(names.indexOf(name) < index, [list, index, 'contract'], `is there twice: ${name}`),
  );
}
