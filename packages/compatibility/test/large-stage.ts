import { hashOf, type Live, type Provided, type Release, type Required, type Schema } from '../src/index.ts';

const SERVICES = 200;
const CONTRACTS = 10;
const VERSIONS = 3;

/** A stage of 200 services with 10 contracts each, in 3 versions, and a release that changes all of its contracts. */
export function largeStage(services = SERVICES) {
  const known = new Map<string, Schema>();
  const keep = (schema: Schema): string => {
    const hash = hashOf(schema);
    known.set(hash, schema);
    return hash;
  };
  const hashes = new Map<string, string>();
  const schema = (service: number, contract: number, version: number): string => {
    const key = `${service} ${contract} ${version}`;
    const hash = hashes.get(key) ?? keep(orderLike(service, contract, version));
    hashes.set(key, hash);
    return hash;
  };
  const release = (service: number, version: number): Release => {
    const each = Array.from({ length: CONTRACTS }, (_, index) => index);
    return {
      service: `service-${service}`,
      label: `v1_20261130-${version}`,
      owner: `team-${service}`,
      provides: each.map((contract) => ({ ...name(service, contract), schema: schema(service, contract, version) })),
      requires: each.map((contract) => {
        const other = (service + 1 + contract * 7) % services;
        const { kind, ...named } = name(other, contract);
        const fields = FIELDS.slice(0, 1 + ((service + contract) % FIELDS.length));
        return { ...named, kind, use: 'reads', fields, schema: schema(other, contract, version) } satisfies Required;
      }),
    };
  };
  const live = Array.from({ length: services * VERSIONS }, (_, index): Live => {
    const it = release(index % services, Math.floor(index / services));
    return { release: it, state: 'live' };
  });
  return { live, next: release(0, VERSIONS), schemaOf: (hash: string) => known.get(hash) };
}

const name = (service: number, contract: number): Omit<Provided, 'schema'> => ({
  contract: `service-${service}/Contract${contract}`,
  major: 1,
  kind: 'event',
});

const FIELDS = ['orderId', 'customer.email', 'status', 'lines.sku', 'lines.quantity', 'total.amount', 'address.city'];

/** As large as the contracts of a real service; each version has one more field. */
function orderLike(service: number, contract: number, version: number): Schema {
  const text = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength });
  const more = Object.fromEntries(Array.from({ length: version }, (_, index) => [`more${index}`, text(64)]));
  const object = (properties: Schema) => ({ type: 'object', properties, required: Object.keys(properties) });
  return {
    ...object({
      orderId: { $ref: '#/$defs/Uuid' },
      customer: object({ id: text(64), email: { type: 'string', format: 'email', maxLength: 254 } }),
      status: { type: 'string', enum: ['placed', 'confirmed', 'shipped', 'cancelled', `s${service}-${contract}`] },
      lines: {
        type: 'array',
        minItems: 1,
        maxItems: 40,
        items: object({ sku: text(64), title: text(200), quantity: { type: 'integer', minimum: 1, maximum: 99 } }),
      },
      total: { $ref: '#/$defs/Money' },
      address: object({ name: text(100), line1: text(200), city: text(100), postalCode: text(20), country: text(2) }),
      ...more,
    }),
    $defs: {
      Uuid: { type: 'string', format: 'uuid', pattern: '^[0-9a-f-]{36}$' },
      Money: object({ amount: { type: 'integer', minimum: 0 }, currency: { type: 'string', pattern: '^[A-Z]{3}$' } }),
    },
  };
}
