import * as z from 'zod/mini';
import type { Contract, EndpointContract } from '../src/contracts/contract.ts';

/** Kinds of schema that JSON Schema cannot express, and what to use instead. Source: https://zod.dev/json-schema */
const INSTEAD: Readonly<Record<string, string>> = {
  bigint: 'an integer (z.int()) or a string of digits',
  custom: 'a schema of its own kind with a check',
  date: 'Instant, the text of a time in UTC',
  file: 'a string in base64',
  function: 'data',
  map: 'z.record() or an array of pairs',
  nan: 'a number',
  promise: 'what it resolves to',
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
    partsOf(contract).flatMap(({ part, schema, io }) =>
      unrepresentable(schema, io).map(
        ({ path, type }) =>
          `${nameOf(contract)}, ${[part, ...path].join('.')}: z.${type}() cannot be expressed in JSON Schema. ` +
          `Use ${INSTEAD[type]}.`,
      ),
    ),
  );
  if (found.length > 0) throw new Error([...new Set(found)].join('\n'));
}

function unrepresentable(schema: z.ZodMiniType, io: Part['io']): { path: string[]; type: string }[] {
  const found: { path: string[]; type: string }[] = [];
  z.toJSONSchema(schema, {
    io,
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

/** A schema of a contract, and in which of its forms it is published: as it is sent, or as it is answered. */
interface Part {
  readonly part: string;
  readonly schema: z.ZodMiniType;
  readonly io: 'input' | 'output';
}

function partsOf(contract: Contract): Part[] {
  if (contract.kind !== 'endpoint') return [{ part: 'data', schema: contract.schema, io: 'input' }];
  const { params, query, body, responses } = contract as EndpointContract;
  return [
    ...present({ params, query, body }, 'input'),
    ...present(Object.fromEntries(Object.entries(responses).map(([status, it]) => [status, it.body])), 'output'),
  ];
}

const present = (schemas: Readonly<Record<string, z.ZodMiniType | undefined>>, io: Part['io']): Part[] =>
  Object.entries(schemas).flatMap(([part, schema]) => (schema === undefined ? [] : [{ part, schema, io }]));
