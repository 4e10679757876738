import * as z from 'zod/mini';
import type { EndpointContract } from './contract.ts';

/**
 * What contracts say of a field besides its form. A mark is metadata of the schema: it costs a parse nothing, and stands
 * in JSON Schema, OpenAPI and AsyncAPI under its name. Wrappers (`z.optional`) may stand inside or outside of a mark.
 */
type Mark = 'x-personal' | 'x-secret';

/** Marks data about a person: views and exports mask it, and the logger masks fields of its name. */
/* @__NO_SIDE_EFFECTS__ */
export function personal<Schema extends z.ZodMiniType>(schema: Schema): Schema {
  return marked(schema, 'x-personal', true);
}

/** Says that a field is about no person, where its name (`name`, `email` …) would have one think so. */
/* @__NO_SIDE_EFFECTS__ */
export function impersonal<Schema extends z.ZodMiniType>(schema: Schema): Schema {
  return marked(schema, 'x-personal', false);
}

/** Marks what gives power to whoever holds it: it is masked like personal data, and no idempotency marker keeps it. */
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

/** What a mark says of a schema: undefined when nothing does. */
export const markOf = (schema: z.core.$ZodType, mark: Mark): unknown => z.globalRegistry.get(schema)?.[mark];

/** Whether a schema, or any part of it, has a mark that says yes. */
export function holds(schema: z.core.$ZodType, mark: Mark): boolean {
  return markOf(schema, mark) === true || partsOf(schema).some((part) => holds(part, mark));
}

/** Whether an answer of the endpoint has a secret that a repetition with the same Idempotency-Key is to get again. */
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
