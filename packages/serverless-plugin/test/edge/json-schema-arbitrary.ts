import * as fc from 'fast-check';

interface JsonSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Values of a contract's JSON Schema, mostly valid, including its limits. */
export function valuesOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives !== undefined) return fc.oneof(...alternatives.map(valuesOf));
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if ('const' in schema) return fc.constant(schema.const);
  switch (schema.type) {
    case 'object':
      return objects(schema);
    case 'array':
      return fc.array(valuesOf(schema.items ?? {}), { minLength: schema.minItems, maxLength: schema.maxItems ?? 5 });
    case 'string':
      return strings(schema);
    case 'integer':
      return fc.integer({ min: bound(schema.minimum, -9), max: bound(schema.maximum, 9) });
    case 'number':
      return fc.double({ min: schema.minimum, max: schema.maximum, noNaN: true, noDefaultInfinity: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return fc.jsonValue();
  }
}

/** fast-check's integers have 32 bits. */
const bound = (limit: number | undefined, otherwise: number): number =>
  limit === undefined ? otherwise : Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, limit));

function objects({ properties = {}, required = [] }: JsonSchema): fc.Arbitrary<unknown> {
  const fields = Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, valuesOf(schema)]));
  return fc.record(fields, { requiredKeys: [...required], noNullPrototype: true });
}

function strings({ pattern, format, minLength = 0, maxLength = 60 }: JsonSchema): fc.Arbitrary<string> {
  if (format === 'uri') return fc.webUrl({ withQueryParameters: true, withFragments: true });
  const free = fc.string({ unit: 'grapheme', maxLength });
  const shortest = fc.string({
    unit: 'binary',
    minLength: Math.ceil(minLength / 2),
    maxLength: Math.max(1, minLength),
  });
  const any = fc.oneof(free, shortest, fc.constant('x'.repeat(maxLength)));
  return pattern === undefined ? any : fc.oneof({ arbitrary: fc.stringMatching(new RegExp(pattern)), weight: 30 }, any);
}
