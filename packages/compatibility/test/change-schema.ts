import type { Schema } from '../src/index.ts';
import type { Dice } from './dice.ts';
import { drawSchema, NAMES } from './draw-schemas.ts';

type Any = Record<string, unknown>;

/** The same document with one or two changes somewhere in it, as people make them. */
export function changed(dice: Dice, document: Schema): Schema {
  const copy = structuredClone(document) as Any;
  for (let count = 1 + dice.roll(2); count > 0; count -= 1) {
    const places = placesIn(copy);
    const { holder, key } = dice.one(places);
    holder[key] = changedSchema(dice, holder[key] as Any | boolean);
  }
  const { $defs, ...rest } = (copy['root'] ?? copy) as Any;
  return { ...rest, $defs };
}

interface Place {
  readonly holder: Record<string | number, unknown>;
  readonly key: string | number;
}

const MAPS = ['properties', '$defs', 'patternProperties', 'dependentSchemas'];
const LISTS = ['anyOf', 'oneOf', 'allOf', 'prefixItems'];
const SINGLE = ['items', 'additionalProperties', 'not', 'if', 'then', 'else', 'contains'];

/** Everywhere a schema stands, but for the document itself. */
function placesIn(schema: unknown): Place[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const at = schema as Any;
  const within = (holder: unknown): Place[] =>
    typeof holder === 'object' && holder !== null
      ? Object.keys(holder).map((key) => ({ holder: holder as Any, key }))
      : [];
  const found = [
    ...[...MAPS, ...LISTS].flatMap((keyword) => within(at[keyword])),
    ...SINGLE.filter((keyword) => keyword in at).map((key) => ({ holder: at, key })),
  ];
  return [...found, ...found.flatMap(({ holder, key }) => placesIn(holder[key]))];
}

function changedSchema(dice: Dice, schema: Any | boolean): Any | boolean {
  if (typeof schema === 'boolean') return dice.chance(50) ? !schema : drawSchema(dice, 2);
  const { required, enum: values, properties, type } = schema as Any & { required?: string[]; enum?: unknown[] };
  switch (dice.roll(14)) {
    case 0:
      return dice.chance(80);
    case 1:
      return { anyOf: [schema, { type: 'null' }] };
    case 2:
      return { allOf: [schema] };
    case 3:
      return drawSchema(dice, 2);
    case 4:
      return { ...schema, required: dice.some(NAMES, 50) };
    case 5:
      return { ...schema, required: [...(required ?? [])].reverse(), ...(values && { enum: values.toReversed() }) };
    case 6:
      return values ? { ...schema, enum: [...new Set([...values, 'b'])] } : { ...schema, minLength: dice.roll(3) };
    case 7:
      return values && values.length > 1 ? { ...schema, enum: values.slice(1) } : { ...schema, maxItems: dice.roll(4) };
    case 8:
      return { ...schema, properties: { ...(properties as Any), [dice.one(NAMES)]: drawSchema(dice, 2) } };
    case 9: {
      const { [dice.one(NAMES)]: _gone, ...rest } = (properties ?? {}) as Any;
      return { ...schema, properties: rest };
    }
    case 10:
      return { ...schema, type: typeof type === 'string' && type !== 'null' ? [type, 'null'] : 'string' };
    case 11:
      return { ...schema, additionalProperties: dice.chance(50) };
    case 12: {
      const { [dice.one(Object.keys(schema).concat('x'))]: _keyword, ...rest } = schema;
      return rest;
    }
    default:
      return { ...schema, ...(drawSchema(dice, 2) as Any) };
  }
}
