import { expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { relevantSchema } from '../../../src/workspace/serverless-yml/relevant-schema.ts';

type Schema = Record<string, unknown>;

const KEYS = ['a', 'b', 'c', 'd'];
const key = fc.constantFrom(...KEYS);

/** Schemas of the forms that the framework's has. */
const { schema } = fc.letrec<{ schema: Schema }>((tie) => ({
  schema: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<Schema>({}, { type: 'string' }, { type: 'integer' }, { const: null }),
    fc.record({
      type: fc.constant('object'),
      properties: fc.dictionary(key, tie('schema'), { maxKeys: 4 }),
      required: fc.uniqueArray(key, { maxLength: 2 }),
      additionalProperties: fc.boolean(),
    }),
    fc.record({
      type: fc.constant('object'),
      patternProperties: fc.dictionary(fc.constantFrom('^[ab]$', '^.$'), tie('schema'), { minKeys: 1, maxKeys: 2 }),
      additionalProperties: fc.boolean(),
    }),
    fc.record({ type: fc.constant('array'), items: tie('schema') }),
    fc.record({ anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }) }),
  ),
}));

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<unknown>(null, 1, 'x', true),
    fc.dictionary(key, tie('value'), { maxKeys: 3 }),
    fc.array(tie('value'), { maxLength: 2 }),
  ),
}));

const takes = (given: Schema, instance: unknown): boolean =>
  // Compiling the schema of schemas each time would take longer than all else.
  new Ajv({ strict: false, allErrors: true, meta: false, validateSchema: false }).validate(given, instance);

it('takes and refuses what the whole schema does', () => {
  const verdicts = new Set<boolean>();
  fc.assert(
    fc.property(schema, value, (whole, instance) => {
      const verdict = takes(whole, instance);
      verdicts.add(verdict);
      expect(takes(relevantSchema(whole, instance) as Schema, instance)).toBe(verdict);
    }),
    { numRuns: 2_000 },
  );
  expect(verdicts.size).toBe(2);
});

it('leaves out what the configuration does not have', () => {
  const event = (name: string) => ({ type: 'object', properties: { [name]: {} }, required: [name] });
  const closed = (properties: Schema) => ({ type: 'object', properties, additionalProperties: false });
  const events = (...names: string[]) => ({ type: 'array', items: { anyOf: names.map(event) } });
  const whole = closed({ api: closed({ events: events('http', 's3'), unused: {} }), unused: {} });
  expect(relevantSchema(whole, { api: { events: [{ s3: 'bucket' }] } })).toEqual(
    closed({ api: closed({ events: events('s3') }) }),
  );
});
