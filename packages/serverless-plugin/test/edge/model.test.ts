import { contracts } from '@dure/contracts/all-contracts';
import type { EndpointContract } from '@dure/contracts/contract';
import { describe, expect, it } from '@jest/globals';
import AjvDraft4 from 'ajv-draft-04';
import * as fc from 'fast-check';
import * as z from 'zod/mini';
import { requestModel } from '../../src/edge/model.ts';
import { valuesOf } from './json-schema-arbitrary.ts';

const Ajv = AjvDraft4.default;

/**
 * Regular expressions are read in two ways: character by character, or code unit by code unit as API Gateway may do.
 */
function validators(schema: object): ((value: unknown) => boolean)[] {
  return [true, false].map((unicodeRegExp) => {
    const validate = new Ajv({ strict: false, unicodeRegExp }).compile(schema);
    return (value: unknown) => validate(value) === true;
  });
}

function modelOf(body: z.ZodMiniType): object {
  const model = requestModel(body);
  if (model === undefined) throw new Error('The body has no model.');
  return model;
}

const accepts = (body: z.ZodMiniType, value: unknown): boolean => validators(modelOf(body)).every((it) => it(value));

const bodies = contracts
  .filter((it): it is EndpointContract => it.kind === 'endpoint' && it.body !== undefined)
  .map((it) => ({ name: `${it.owner} ${it.name}`, body: it.body as z.ZodMiniType, example: it.example.body }));

describe('the model of a body', () => {
  const modelled = bodies.filter(({ body }) => requestModel(body) !== undefined);

  it('exists for every required body', () => {
    expect(modelled.length).toBeGreaterThanOrEqual(6);
    const others = bodies.filter((it) => !modelled.includes(it));
    expect(others.filter(({ body }) => !z.safeParse(body, undefined).success)).toEqual([]);
  });

  it.each(modelled)('of $name accepts everything that the contract accepts', ({ body, example }) => {
    const checks = validators(modelOf(body));
    const accepted = (value: unknown) => checks.every((check) => check(value));
    expect(accepted(example)).toBe(true);
    const sent = z.toJSONSchema(body, { io: 'input', unrepresentable: 'any' });
    let valid = 0;
    fc.assert(
      fc.property(valuesOf(sent as Parameters<typeof valuesOf>[0]), (value) => {
        if (!z.safeParse(body, value).success) return;
        valid += 1;
        expect({ value, accepted: accepted(value) }).toEqual({ value, accepted: true });
      }),
      { numRuns: 300 },
    );
    // A manifest has so many rules that few random values keep them all.
    expect(valid).toBeGreaterThan(5);
  });

  it.each(modelled)(
    'of $name refuses a field that is missing, of another type, or unknown to a closed object',
    (it) => {
      const example = it.example as Record<string, unknown>;
      const [check] = validators(modelOf(it.body));
      const unknown = { ...example, unheardOf: 1 };
      expect(check?.(unknown)).toBe(z.safeParse(it.body, unknown).success);
      for (const field of Object.keys(example)) {
        const odd = { ...example, [field]: { not: 'this' } };
        // A field of any type takes this one.
        if (!z.safeParse(it.body, odd).success)
          expect({ field, accepted: check?.(odd) }).toEqual({ field, accepted: false });
      }
      const { required = [], properties = {} } = z.toJSONSchema(it.body, { io: 'input', unrepresentable: 'any' });
      for (const field of required) {
        const { [field]: _left, ...rest } = example;
        // What may be anything may be missing for the model, which is never stricter: the function refuses it.
        const isAnything = Object.keys(properties[field] as object).length === 0;
        expect({ field, accepted: check?.(rest) }).toEqual({ field, accepted: isAnything });
      }
    },
  );

  it('is undefined for an optional body', () => {
    expect(requestModel(z.optional(z.strictObject({ a: z.string() })))).toBeUndefined();
  });
});

describe('what draft 4 reads differently from the contract', () => {
  it.each<[string, z.ZodMiniType, unknown]>([
    ['two characters of four code units', z.string().check(z.minLength(2), z.maxLength(2)), '\u{1F600}\u{1F600}'],
    ['a value that is trimmed first', z.string().check(z.trim(), z.maxLength(3)), '  abc  '],
    ['a value that is coerced', z.coerce.number(), '12'],
    ['a value that is caught', z.strictObject({ a: z.catch(z.number(), 0) }), { a: 'no number' }],
    ['a pattern with flags', z.string().check(z.regex(/^[a-z]+$/i)), 'ABC'],
    ['alternatives that overlap when they are loosened', z.xor([z.literal('a'), z.coerce.number()]), 'a'],
    [
      'two closed objects in one',
      z.intersection(z.strictObject({ a: z.int() }), z.strictObject({ b: z.int() })),
      { a: 1, b: 2 },
    ],
    ['a format', z.iso.datetime(), '2026-01-05T09:30:00.123456789Z'],
    ['an exclusive limit', z.number().check(z.gt(0), z.lt(2)), 1],
    ['a nullable value', z.nullable(z.string()), null],
    ['a constant', z.strictObject({ kind: z.literal('one') }), { kind: 'one' }],
  ])('is left to the function: %s', (_, body, value) => {
    expect(z.safeParse(body, value).success).toBe(true);
    expect(accepts(body, value)).toBe(true);
  });

  it('would be rejected by zod’s own conversion', () => {
    const body = z.string().check(z.regex(/^[a-z]+$/i));
    const [check] = validators(z.toJSONSchema(body, { target: 'draft-04' }));
    expect([z.safeParse(body, 'ABC').success, check?.('ABC')]).toEqual([true, false]);
  });

  it('accepts 2.0 as an integer, as JSON does', () => {
    expect(modelOf(z.int().check(z.gte(0)))).toMatchObject({ type: 'number', multipleOf: 1, minimum: 0 });
    expect(JSON.stringify(bodies.map(({ body }) => requestModel(body)))).not.toContain('integer');
  });

  it('has only regular expressions that API Gateway can read', () => {
    expect(modelOf(z.string().check(z.regex(/(?<=a)b/)))).not.toHaveProperty('pattern');
    expect(modelOf(z.string().check(z.regex(/^ab?$/)))).toHaveProperty('pattern', '^ab?$');
  });

  it('has no keyword that draft 4 does not know', () => {
    const said = JSON.stringify(bodies.map(({ body }) => requestModel(body)));
    for (const keyword of ['$defs', 'const', 'exclusiveMinimum', 'oneOf', 'format', 'propertyNames', 'prefixItems']) {
      expect(said).not.toContain(`"${keyword}":`);
    }
  });
});
