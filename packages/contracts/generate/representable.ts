import * as z from 'zod/mini';
import type { Contract, EndpointContract } from '../src/contracts/contract.ts';

/** Kinds of schema that JSON Schema cannot express, and what to use instead. Source: https://zod.dev/json-schema */
const INSTEAD: Readonly<Record<string, string>> = {
  bigint: 'an integer (z.int()) or a string of digits',
  custom: 'a schema of its own kind with a check',
  date: 'Instant, the text of a time in UTC',
  function: 'data',
  map: 'z.record() or an array of pairs',
  nan: 'a number',
  set: 'an array',
  symbol: 'a string or an enum',
  transform: 'the schema of what is sent, and the conversion in the use case',
  undefined: 'z.optional()',
  void: 'z.optional()',
};

/**
 * Every contract can be published as JSON Schema.
 * @throws Error that names each contract and field that cannot, and what to use instead
 */
export function refuseUnrepresentable(contracts: readonly Contract[]): void {
  const found = contracts.flatMap((contract) =>
    partsOf(contract).flatMap(([part, schema]) =>
      unrepresentable(schema).map(
        ({ path, type }) =>
          `${nameOf(contract)}, ${[part, ...path].join('.')}: a ${type} cannot be expressed in JSON Schema. ` +
          `Use ${INSTEAD[type]}.`,
      ),
    ),
  );
  if (found.length > 0) throw new Error([...new Set(found)].join('\n'));
}

function unrepresentable(schema: z.ZodMiniType): { path: string[]; type: string }[] {
  const found: { path: string[]; type: string }[] = [];
  z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, path }) => {
      const { type } = zodSchema._zod.def;
      if (Object.hasOwn(INSTEAD, type)) found.push({ path: fieldsOf(path), type });
    },
  });
  return found;
}

/** `['properties', 'lines', 'items', 'properties', 'sku']` → `['lines[]', 'sku']` */
function fieldsOf(path: readonly (string | number)[]): string[] {
  const text = path
    .map(String)
    .join('/')
    .replaceAll(/(^|\/)properties\//g, '/.')
    .replaceAll(/\/items(?=\/|$)/g, '[]');
  return text.split('/.').filter((field) => field !== '');
}

const nameOf = (contract: Contract): string =>
  contract.kind === 'endpoint' ? `${contract.owner}/${contract.name}` : `${contract.owner}/${contract.detailType}`;

function partsOf(contract: Contract): [part: string, schema: z.ZodMiniType][] {
  if (contract.kind !== 'endpoint') return [['data', contract.schema]];
  const { params, query, body, responses } = contract as EndpointContract;
  const parts = { params, query, body, ...mapBodies(responses) };
  return Object.entries(parts).flatMap(([part, schema]) => (schema === undefined ? [] : [[part, schema]]));
}

const mapBodies = (responses: EndpointContract['responses']) =>
  Object.fromEntries(Object.entries(responses).map(([status, { body }]) => [status, body]));
