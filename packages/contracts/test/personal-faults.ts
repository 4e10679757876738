import type * as z from 'zod/mini';
import { isNamedPersonal, isNamedSecret } from '../generate/personal-names.ts';
import type { Contract } from '../src/contracts/contract.ts';
import { holds, markOf } from '../src/contracts/marks.ts';

/**
 * Fields of a contract that are named like personal data or a secret, and of which nothing is said. A field of text has
 * to be marked, or marked as impersonal; of an object, some part has to be. What is secret does not go over the bus.
 */
export function personalFaults(contract: Contract): string[] {
  if (contract.kind !== 'endpoint') {
    return fieldsOf(contract.schema).flatMap((field) => [
      ...undecided(field),
      ...(markOf(field.schema, 'x-secret') === true
        ? [`${field.path} is secret, and everyone on the bus sees it`]
        : []),
    ]);
  }
  const { params, query, body, responses } = contract;
  const bodies = Object.entries(responses).map(([status, response]) => [status, response.body] as const);
  return [['params', params] as const, ['query', query] as const, ['body', body] as const, ...bodies].flatMap(
    ([where, schema]) => (schema === undefined ? [] : fieldsOf(schema, where).flatMap(undecided)),
  );
}

interface Field {
  readonly path: string;
  readonly name: string;
  readonly schema: z.core.$ZodType;
}

function undecided({ path, name, schema }: Field): string[] {
  if (isNamedPersonal(name) && !isSaid(schema, 'x-personal')) {
    return [`${path} is named like personal data: mark it as personal(…), or as impersonal(…)`];
  }
  return isNamedSecret(name) && !isSaid(schema, 'x-secret')
    ? [`${path} is named like a secret: mark it as secret(…)`]
    : [];
}

/**
 * Of a text, what is said of it; of what has parts, whether something is said of one. Numbers, switches and choices are
 * free.
 */
function isSaid(schema: z.core.$ZodType, mark: 'x-personal' | 'x-secret'): boolean {
  if (markOf(schema, mark) !== undefined) return true;
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if ('innerType' in def) return isSaid(def.innerType, mark);
  if (def.type === 'array') return isSaid(def.element, mark);
  if (def.type === 'object') return holds(schema, mark);
  return !hasText(schema);
}

/** Whether a value may be a text of any kind. */
function hasText(schema: z.core.$ZodType): boolean {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if ('innerType' in def) return hasText(def.innerType);
  return ['string', 'unknown', 'record'].includes(def.type);
}

/** Every field at any depth, with its path. */
function fieldsOf(schema: z.core.$ZodType, path = ''): Field[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if ('innerType' in def) return fieldsOf(def.innerType, path);
  if (def.type === 'array') return fieldsOf(def.element, path);
  if (def.type === 'record') return fieldsOf(def.valueType, path);
  if (def.type === 'union') return def.options.flatMap((option) => fieldsOf(option, path));
  if (def.type !== 'object') return [];
  return Object.entries(def.shape).flatMap(([name, part]) => {
    const at = path === '' ? name : `${path}.${name}`;
    return [{ path: at, name, schema: part }, ...fieldsOf(part, at)];
  });
}

/** Names of marked fields that no contract has unmarked: a logger may mask every field with such a name. */
export function namesOnlyMarked(contracts: readonly Contract[]): string[] {
  const all = contracts.flatMap((contract) => schemasOf(contract).flatMap((schema) => fieldsOf(schema)));
  const isMarked = ({ schema }: Field) => holds(schema, 'x-personal') || holds(schema, 'x-secret');
  const isOpen = (field: Field) => !isMarked(field) && hasText(field.schema);
  const open = new Set(all.filter(isOpen).map(({ name }) => name));
  const leaves = all.filter(({ schema }) => fieldsOf(schema).length === 0);
  return [...new Set(leaves.filter(isMarked).map(({ name }) => name))].filter((name) => !open.has(name)).sort();
}

const schemasOf = (contract: Contract): z.core.$ZodType[] =>
  contract.kind === 'endpoint'
    ? [
        contract.params,
        contract.query,
        contract.body,
        ...Object.values(contract.responses).map(({ body }) => body),
      ].filter((schema) => schema !== undefined)
    : [contract.schema];
