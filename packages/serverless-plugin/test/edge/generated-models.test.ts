import { describe, expect, it } from '@jest/globals';
import AjvDraft4 from 'ajv-draft-04';
import * as fc from 'fast-check';
import * as z from 'zod/mini';
import { requestModel } from '../../src/edge/model.ts';

/** A schema, and values that are near to what it accepts. */
interface Sample {
  readonly schema: z.ZodMiniType;
  readonly values: fc.Arbitrary<unknown>;
}

const JUNK = fc.constantFrom<unknown>(
  null,
  true,
  0,
  5,
  -1,
  19.99,
  0.3,
  '',
  '5',
  'a',
  ' a ',
  'ABC',
  [],
  ['a'],
  {},
  { a: 1 },
);
const near = (values: fc.Arbitrary<unknown>) => fc.oneof({ weight: 4, arbitrary: values }, JUNK);
const sample = (schema: z.ZodMiniType, ...values: unknown[]): Sample => ({
  schema,
  values: fc.constantFrom(...values),
});

const leaves: readonly Sample[] = [
  sample(z.string(), 'a', ''),
  sample(z.string().check(z.trim(), z.regex(/^a$/)), ' a '),
  sample(z.string().check(z.toLowerCase(), z.maxLength(3)), 'ABC'),
  sample(z.string().check(z.regex(/^[a-z]+$/i)), 'ABC'),
  sample(z.string().check(z.minLength(1), z.maxLength(1)), '\u{1F600}', 'a'),
  sample(z.int(), 5, 2),
  sample(z.number().check(z.multipleOf(0.01)), 19.99, 1.1, 4.35),
  sample(z.number().check(z.multipleOf(0.1)), 0.3, 0.7),
  sample(z.number().check(z.multipleOf(5)), 5, -10),
  sample(z.number().check(z.gt(0), z.lt(2)), 1, 1.5),
  sample(z.coerce.number(), '5', null, true),
  sample(z.coerce.string(), 5, null),
  sample(z.boolean(), true),
  sample(z.stringbool(), 'YES', '0'),
  sample(z.literal(['a', 5]), 'a', 5),
  sample(z.enum(['a', 'b']), 'a'),
  sample(z.iso.datetime(), '2026-01-05T09:30:00.123456789Z'),
  sample(z.pipe(z.transform(Number), z.number()), '5', true),
  sample(
    z.pipe(
      z.transform((value) => value ?? 'x'),
      z.string(),
    ),
    'a',
  ),
  sample(z.codec(z.string(), z.number(), { decode: Number, encode: String }), '5'),
  sample(z.unknown(), 'a', [5]),
];

const { schemas } = fc.letrec<{ schemas: Sample; inner: Sample }>((tie) => {
  const inner = tie('schemas');
  const wrap = (make: (schema: z.ZodMiniType) => z.ZodMiniType, values = (it: Sample['values']) => it) =>
    inner.map(({ schema, values: of }): Sample => ({ schema: make(schema), values: values(of) }));
  const objectOf = (make: (shape: { a: z.ZodMiniType; b: z.ZodMiniType }) => z.ZodMiniType, more: object = {}) =>
    fc.tuple(inner, inner).map(([a, b]): Sample => ({
      schema: make({ a: a.schema, b: b.schema }),
      values: fc
        .record({ a: near(a.values), b: near(b.values) }, { requiredKeys: [], noNullPrototype: true })
        .map((value) => ({ ...more, ...value })),
    }));
  return {
    inner,
    schemas: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.constantFrom(...leaves),
      wrap((it) => z.catch(it, 'caught')),
      wrap((it) => z._default(it, 'default' as never)),
      wrap((it) => z.prefault(it, 'a' as never)),
      wrap(z.optional, near),
      wrap(z.nullable),
      wrap(z.readonly),
      wrap((it) => z.lazy(() => it)),
      wrap((it) => z.pipe(it, z.transform(String))),
      wrap(
        (it) => z.array(it).check(z.maxLength(2)),
        (of) => fc.array(near(of), { maxLength: 3 }),
      ),
      wrap(
        (it) => z.record(z.string().check(z.maxLength(2)), it),
        (of) => fc.dictionary(fc.constantFrom('a', 'bb'), near(of), { noNullPrototype: true }),
      ),
      objectOf(z.object),
      objectOf(z.strictObject),
      objectOf(z.looseObject, { c: 5 }),
      objectOf((shape) => z.discriminatedUnion('kind', [z.object({ kind: z.literal('x'), ...shape })]), { kind: 'x' }),
      objectOf(({ a, b }) => z.intersection(z.object({ a }), z.object({ b }))),
      fc.tuple(inner, inner).map(([a, b]): Sample => ({
        schema: z.tuple([a.schema, b.schema]),
        values: fc.oneof(fc.tuple(near(a.values)), fc.tuple(near(a.values), near(b.values))),
      })),
      fc.tuple(inner, inner).map(([a, b]): Sample => ({
        schema: z.union([a.schema, b.schema]),
        values: fc.oneof(a.values, b.values),
      })),
    ),
  };
});

const cases = schemas.chain(({ schema, values }) => near(values).map((value) => ({ schema, value })));

function accepts(schema: z.ZodMiniType, value: unknown): boolean {
  try {
    return z.safeParse(schema, value).success;
  } catch {
    return false;
  }
}

describe('a model', () => {
  it('refuses nothing that its contract accepts, whatever the contract is made of', () => {
    let accepted = 0;
    fc.assert(
      fc.property(cases, ({ schema, value }) => {
        const model = requestModel(schema);
        if (model === undefined || !accepts(schema, value)) return;
        accepted += 1;
        const validate = new AjvDraft4.default({ strict: false }).compile(model);
        expect({ model, value, passes: validate(value) }).toEqual({ model, value, passes: true });
      }),
      { numRuns: 800 },
    );
    expect(accepted).toBeGreaterThan(100);
  });

  it.each<[string, z.ZodMiniType, unknown]>([
    ['a field that is caught', z.object({ a: z.catch(z.number(), 1) }), {}],
    [
      'a field that is filled in',
      z.object({
        a: z.pipe(
          z.transform((it) => it ?? 'x'),
          z.string(),
        ),
      }),
      {},
    ],
    ['a value that a function makes', z.pipe(z.transform(Number), z.number()), '5'],
    ['a multiple of a fraction', z.number().check(z.multipleOf(0.01)), 19.99],
    ['an item that is caught', z.tuple([z.catch(z.string(), 'x')]), []],
  ])('does not refuse %s', (_, schema, value) => {
    expect(accepts(schema, value)).toBe(true);
    const validate = new AjvDraft4.default({ strict: false }).compile(requestModel(schema) ?? {});
    expect(validate(value)).toBe(true);
  });

  it('refuses a field that may not be missing, beside one that may', () => {
    const schema = z.object({ a: z.catch(z.number(), 1), b: z.string() });
    expect(requestModel(schema)).toMatchObject({ required: ['b'] });
  });
});
