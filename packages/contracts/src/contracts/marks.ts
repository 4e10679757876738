import * as z from 'zod/mini';
import type { EndpointContract } from './contract.ts';

/**
 * What contracts say about a field besides its shape. A mark is metadata of the schema: parsing ignores it, and JSON
 * Schema, OpenAPI and AsyncAPI have it under its name. Wrappers (`z.optional`) may be inside or outside of a mark.
 */
type Mark = 'x-personal' | 'x-secret';

/** Marks data about a person: views and exports mask it, and the logger masks fields of its name. */
/* @__NO_SIDE_EFFECTS__ */
export function personal<Schema extends z.ZodMiniType>(schema: Schema): Schema {
  return marked(schema, 'x-personal', true);
}

/** Marks a field that is not about a person, although its name (`name`, `email` …) suggests it. */
/* @__NO_SIDE_EFFECTS__ */
export function impersonal<Schema extends z.ZodMiniType>(schema: Schema): Schema {
  return marked(schema, 'x-personal', false);
}

/** Marks a credential: it is masked like personal data, and no idempotency marker keeps it. */
/* @__NO_SIDE_EFFECTS__ */
export function secret<Schema extends z.ZodMiniType>(schema: Schema): Schema {
  return marked(schema, 'x-secret', true);
}

/** On a copy, so that a shared schema keeps its meaning elsewhere. What the schema is described by is inherited. */
function marked<Schema extends z.ZodMiniType>(schema: Schema, mark: Mark, value: boolean): Schema {
  const copy = schema.clone(schema._zod.def, { parent: true }) as Schema;
  z.globalRegistry.add(copy, { [mark]: value });
  return copy;
}

/** The value of a mark on a schema; undefined without the mark. */
export const markOf = (schema: z.core.$ZodType, mark: Mark): unknown => z.globalRegistry.get(schema)?.[mark];

/** Whether a schema, or any part of it, has a mark with the value true. */
export function holds(schema: z.core.$ZodType, mark: Mark): boolean {
  return markOf(schema, mark) === true || partsOf(schema).some((part) => holds(part, mark));
}

/** Whether a response of the endpoint has a secret that a repetition with the same Idempotency-Key has to get again. */
export const answersSecretOnce = ({ idempotencyKey, responses }: EndpointContract): boolean =>
  idempotencyKey !== undefined &&
  Object.values(responses).some(({ body }) => body !== undefined && holds(body, 'x-secret'));

function partsOf(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === 'object') return Object.values(def.shape);
  if (def.type === 'array') return [def.element];
  if (def.type === 'record') return [def.keyType, def.valueType];
  if (def.type === 'union') return def.options;
  return 'innerType' in def ? [def.innerType] : [];
}
