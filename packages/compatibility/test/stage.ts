import {
  type Deprecation,
  hashOf,
  type Kind,
  type Live,
  type Provided,
  type Release,
  type Required,
  type Schema,
  type Use,
} from '../src/index.ts';

const known = new Map<string, Schema>();

export const schemaOf = (hash: string): Schema | undefined => known.get(hash);

function keep(schema: Schema): string {
  const hash = hashOf(schema);
  known.set(hash, schema);
  return hash;
}

/** An object: `status?` may be absent. */
export function objectOf(fields: Record<string, Schema>): Schema {
  const properties = Object.fromEntries(Object.entries(fields).map(([name, it]) => [name.replace('?', ''), it]));
  return { type: 'object', properties, required: Object.keys(fields).filter((name) => !name.endsWith('?')) };
}

export const text: Schema = { type: 'string' };
export const oneOf = (...values: string[]): Schema => ({ type: 'string', enum: values });

/** An endpoint that takes and answers these. */
export function endpointOf(response: Schema, request?: Schema): Schema {
  return {
    method: request === undefined ? 'GET' : 'POST',
    path: '/v1/things',
    ...(request === undefined ? {} : { request: { mediaType: 'application/json', required: true, schema: request } }),
    responses: { 200: { mediaType: 'application/json', schema: response } },
  };
}

const USES: Readonly<Record<Kind, Use>> = { event: 'reads', command: 'sends', endpoint: 'calls' };

export function provides(name: string, kind: Kind, schema: Schema, deprecated?: Deprecation): Provided {
  const [contract = '', major] = name.split('@');
  return { contract, major: Number(major), kind, schema: keep(schema), ...(deprecated && { deprecated }) };
}

export function requires(name: string, kind: Kind, schema: Schema, fields: readonly string[] = ['*']): Required {
  const [contract = '', major] = name.split('@');
  return { contract, major: Number(major), kind, use: USES[kind], fields, schema: keep(schema) };
}

/** `release('orders 2', …)` is `orders`, version 2. */
export function release(name: string, ...parts: readonly (Provided | Required)[]): Release {
  const [service = '', fix] = name.split(' ');
  return {
    service,
    label: `v1_20261130-${fix}`,
    owner: `team-${service}`,
    provides: parts.filter((it): it is Provided => !('use' in it)),
    requires: parts.filter((it): it is Required => 'use' in it),
  };
}

export const live = (...releases: readonly Release[]): Live[] =>
  releases.map((it) => ({ release: it, state: 'live' as const }));
export const candidate = (it: Release): Live => ({ release: it, state: 'candidate' });
export const draining = (it: Release): Live => ({ release: it, state: 'draining' });
