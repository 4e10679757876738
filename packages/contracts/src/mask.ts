import * as z from 'zod/mini';
import { markOf } from './marks.ts';

export const MASK = '***';

/**
 * A value for people's eyes: what its schema marks as personal or secret is `***`, and so is what the schema does not
 * know, for that may be anything. Without a schema, nothing is known but the names of the fields.
 */
export function mask(schema: z.core.$ZodType | undefined, value: unknown): unknown {
  if (value === undefined || value === null) return value;
  if (schema === undefined) return isObject(value) ? mapFields(value, () => MASK) : MASK;
  if (markOf(schema, 'x-personal') === true || markOf(schema, 'x-secret') === true) return MASK;
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if ('innerType' in def) return mask(def.innerType, value);
  switch (def.type) {
    case 'object':
      return isObject(value) ? mapFields(value, (part, name) => known(def.shape, name, part)) : MASK;
    case 'record':
      return isObject(value) && markOf(def.keyType, 'x-personal') !== true
        ? mapFields(value, (part) => mask(def.valueType, part))
        : MASK;
    case 'array':
      return Array.isArray(value) ? value.map((part: unknown) => mask(def.element, part)) : MASK;
    case 'union': {
      const option = def.options.find((it) => z.safeParse(it, value).success);
      return option === undefined ? MASK : mask(option, value);
    }
    default:
      return LEAVES.has(def.type) && typeof value !== 'object' ? value : MASK;
  }
}

/** Of these a value has no parts, so that the schema says all of it. */
const LEAVES = new Set(['string', 'number', 'int', 'boolean', 'enum', 'literal']);

const known = (shape: Readonly<Record<string, z.core.$ZodType>>, name: string, part: unknown): unknown =>
  Object.hasOwn(shape, name) ? mask(shape[name], part) : MASK;

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const mapFields = (value: Fields, change: (part: unknown, name: string) => unknown): Fields =>
  Object.fromEntries(Object.entries(value).map(([name, part]) => [name, change(part, name)]));
