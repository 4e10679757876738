import fc from 'fast-check';
import type { Operation, Schema } from './open-api.ts';

/** Values that exist in the running system, by the name of the field or parameter that takes them. */
export type Known = Readonly<Record<string, readonly unknown[]>>;

type Resolve = Operation['resolve'];

/** Generates values that conform to a schema. */
export function validValue(schema: Schema, resolve: Resolve, known: Known = {}): fc.Arbitrary<unknown> {
  const { type, enum: choices, const: only, anyOf, ...rest } = resolve(schema);
  const inner = (part: Schema) => validValue(part, resolve, known);
  if (only !== undefined) return fc.constant(only);
  if (choices !== undefined) return fc.constantFrom(...choices);
  if (anyOf !== undefined) return fc.oneof(...anyOf.map(inner));
  switch (type) {
    case 'string':
      return text(rest);
    case 'integer':
      return integer(rest);
    case 'number':
      return fc.double({ min: rest.minimum, max: rest.maximum, noNaN: true, noDefaultInfinity: true });
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(inner(rest.items ?? {}), {
        minLength: rest.minItems,
        maxLength: Math.min(rest.maxItems ?? 5, 5),
      });
    case 'object':
      return record(rest, resolve, known);
    case undefined:
      return fc.jsonValue({ maxDepth: 2 });
    default:
      throw new Error(`A schema of type ${type} cannot be fuzzed yet.`);
  }
}

function integer({ minimum = -(2 ** 31), maximum = 2 ** 31 }: Schema): fc.Arbitrary<number> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: minimum, max: Math.min(maximum, minimum + 100) }) },
    fc.maxSafeInteger().map((it) => minimum + (Math.abs(it) % (maximum - minimum + 1))),
  );
}

function record({ properties = {}, required = [], additionalProperties }: Schema, resolve: Resolve, known: Known) {
  if (typeof additionalProperties === 'object') {
    return fc.dictionary(fc.string(), validValue(additionalProperties, resolve, known), { maxKeys: 3 });
  }
  const fields = Object.entries(properties).map(([name, schema]) => [name, fieldValue(name, schema, resolve, known)]);
  return fc.record(Object.fromEntries(fields) as Record<string, fc.Arbitrary<unknown>>, {
    requiredKeys: [...required],
    noNullPrototype: true,
  });
}

/** A value for a field or parameter: often an existing one. */
export function fieldValue(name: string, schema: Schema, resolve: Resolve, known: Known): fc.Arbitrary<unknown> {
  const made = validValue(schema, resolve, known);
  const there = known[name] ?? [];
  return there.length === 0 ? made : fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...there) }, made);
}

function text({ format, pattern, minLength = 0, maxLength = 100 }: Schema): fc.Arbitrary<string> {
  if (format === 'uuid') return fc.uuid();
  if (format === 'date-time') return instant;
  if (format === 'email') return email;
  if (format === 'uri') return fc.webUrl();
  // The services count UTF-16 code units, JSON Schema counts code points.
  const fits = (value: string) => value.length >= minLength && value.length <= maxLength;
  if (pattern === undefined || pattern.startsWith('^[^')) {
    const allowed = new RegExp(pattern ?? '', 'u');
    const any = fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, 60) });
    const longest = fc.constant('x'.repeat(maxLength));
    return fc.oneof({ weight: 9, arbitrary: any }, longest).filter((value) => fits(value) && allowed.test(value));
  }
  return fc.stringMatching(new RegExp(pattern)).filter(fits);
}

const instant = fc
  .date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString());

const email = fc
  .tuple(fc.stringMatching(/^[a-z][a-z0-9]{0,20}$/), fc.stringMatching(/^[a-z][a-z0-9]{0,20}$/))
  .map(([name, host]) => `${name}@${host}.example`);

/** Texts that have broken programs before. */
export const strangeText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    ...[
      '',
      ' ',
      '\u0000',
      '\ud800',
      '\udfff\ud800',
      '\u202e',
      '\ufeff',
      '\uffff',
      '\u0007',
      '\r\n',
      'e\u0301'.repeat(50),
    ],
    ...['x'.repeat(5_000), '💥'.repeat(300), '9'.repeat(400), '-0', '1e999', 'NaN', 'null', 'undefined', 'true'],
    ...['__proto__', 'constructor', '../../etc/passwd', "' OR '1'='1", '${7*7}', '{{7*7}}', '%s%n', '<script>', '#'],
    ...['01890a5d-ac96-774b-bcce-b302099a8057', '0000-00-00T00:00:00Z', '2026-02-30T00:00:00Z', 'pm_', 'OUTBOX#x'],
  ),
  fc.string({ unit: 'binary', maxLength: 50 }),
);

/** Any JSON value, with many unusual ones. */
export const strangeValue: fc.Arbitrary<unknown> = fc.oneof(
  strangeText,
  fc.constantFrom<unknown>(null, true, 0, -1, 1.5, 1e308, -1e308, 2 ** 53, 1e-320, [], {}, [[]], [null], { a: {} }),
  fc.jsonValue({ maxDepth: 3 }),
);
