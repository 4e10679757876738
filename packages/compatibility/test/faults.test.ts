import { describe, expect, it } from '@jest/globals';
import { compareSchemas, type Direction, type Schema } from '../src/index.ts';

const text = { type: 'string' };
const of = (properties: Schema, more: Schema = {}): Schema => ({ type: 'object', properties, ...more });

/** For callers and for consumers: `+` compatible, `!` breaking. */
function judged(before: Schema, after: Schema): string[] {
  const judge = (direction: Direction) =>
    compareSchemas(before, after, direction).map(
      ({ at, what, breaking }) => `${direction} ${breaking ? '!' : '+'} ${at} ${what}`,
    );
  return [...judge('input'), ...judge('output')];
}

const base = { $defs: { Base: of({ id: text }, { required: ['id'] }) } };
const external = (type: string) => ({ if: { properties: { type: { const: type } } }, then: { $ref: `urn:${type}` } });

describe('a change that only a whole comparison sees', () => {
  it.each<[string, Schema, Schema, string[]]>([
    [
      'a keyword beside a reference',
      { $ref: '#/$defs/Base', ...base },
      { $ref: '#/$defs/Base', required: ['more'], ...base },
      ['input ! more is new and required', 'output + more is new and required'],
    ],
    [
      'what a reference with something beside it leads to',
      { $ref: '#/$defs/Base', maxProperties: 3, ...base },
      { $ref: '#/$defs/Base', maxProperties: 3, $defs: { Base: of({ id: text }) } },
      ['input + id is no longer required', 'output ! id is no longer required'],
    ],
    [
      'an allOf that vanishes',
      { allOf: [of({ a: text }, { required: ['a'] })] },
      {},
      ['input +  may be anything now', 'output !  may be anything now'],
    ],
    [
      'a property that may be anything',
      of({ a: text }),
      of({ a: true }),
      ['input + a may be anything now', 'output ! a may be anything now'],
    ],
    [
      'a property that might be anything',
      of({ a: true }),
      of({ a: text }),
      ['input ! a is restricted now', 'output + a is restricted now'],
    ],
    [
      'a property that may not be there any more',
      of({ a: text }),
      of({ a: false }),
      ['input ! a is gone', 'output + a is gone'],
    ],
    [
      'a required name without a property',
      of({}),
      of({}, { required: ['a'] }),
      ['input ! a is new and required', 'output + a is new and required'],
    ],
    [
      'inside not, the other way round',
      { not: { type: 'string', maxLength: 5 } },
      { not: { type: 'string', maxLength: 9 } },
      ['input !  maxLength is 9, not 5', 'output +  maxLength is 9, not 5'],
    ],
    ['an enum in another order', { enum: ['a', 'b'] }, { enum: ['b', 'a'] }, []],
    ['types in another order', { type: ['string', 'null'] }, { type: ['null', 'string'] }, []],
    ['alternatives in another order', { anyOf: [text, { type: 'null' }] }, { anyOf: [{ type: 'null' }, text] }, []],
    ['required names in another order', of({}, { required: ['a', 'b'] }), of({}, { required: ['b', 'a'] }), []],
    [
      'null besides, as one more type',
      text,
      { type: ['string', 'null'] },
      ['input +  type has "null" now', 'output !  type has "null" now'],
    ],
    [
      'null besides, as an alternative',
      of({ a: text }),
      of({ a: { anyOf: [text, { type: 'null' }] } }),
      [
        'input + a type is no longer set: it was ["string"]',
        'input + a anyOf has in addition {"type":"string"}',
        'input + a anyOf has in addition {"type":"null"}',
        'output ! a type is no longer set: it was ["string"]',
        'output + a anyOf has in addition {"type":"string"}',
        'output + a anyOf has in addition {"type":"null"}',
      ],
    ],
    ['an enum of one instead of a const', { const: 'a' }, { enum: ['a'] }, []],
    [
      'an alternative said in another way',
      { anyOf: [{ const: 'a' }, { const: 'b' }] },
      { enum: ['b', 'a'] },
      [
        'input +  enum is ["b","a"], and was not set',
        'input +  anyOf has no longer {"const":"a"}',
        'input +  anyOf has no longer {"const":"b"}',
        'output +  enum is ["b","a"], and was not set',
        'output +  anyOf has no longer {"const":"a"}',
        'output +  anyOf has no longer {"const":"b"}',
      ],
    ],
    [
      'one more message in the envelope',
      { allOf: [external('a')] },
      { allOf: [external('a'), external('b')] },
      [
        `input !  allOf has in addition ${JSON.stringify(external('b'))}`,
        `output +  allOf has in addition ${JSON.stringify(external('b'))}`,
      ],
    ],
    [
      'OpenAPI 3.0: null besides',
      text,
      { ...text, nullable: true },
      ['input +  type has "null" now', 'output !  type has "null" now'],
    ],
    [
      'OpenAPI 3.0: a bound in the words of 2020-12',
      { minimum: 1, exclusiveMinimum: true },
      { exclusiveMinimum: 1 },
      [],
    ],
    ['a property called as a keyword', of({ required: text, enum: text }), of({ enum: text, required: text }), []],
    [
      'a field more where there are no others',
      of({}, { additionalProperties: false }),
      of({ a: text }, { additionalProperties: false }),
      ['input + a is new', 'output ! a is new'],
    ],
  ])('%s', (_, before, after, expected) => {
    expect(judged(before, after)).toEqual(expected);
  });
});

describe('by fields', () => {
  const before = of(
    {
      name: text,
      nameHistory: text,
      lines: {
        type: 'array',
        items: of({ sku: text, quantity: { type: 'integer' } }, { required: ['sku', 'quantity'] }),
      },
      prices: of({}, { additionalProperties: of({ amount: text, tax: text }, { required: ['amount', 'tax'] }) }),
    },
    { required: ['name', 'nameHistory', 'lines', 'prices'] },
  );
  const number = { type: 'number' };
  const changedTo = (properties: Schema) => ({
    ...before,
    properties: { ...(before['properties'] as Schema), ...properties },
  });
  const history = changedTo({ nameHistory: number });
  const quantity = changedTo({
    lines: { type: 'array', items: of({ sku: text, quantity: number }, { required: ['sku'] }) },
  });
  const tax = changedTo({
    prices: of({}, { additionalProperties: of({ amount: text, tax: number }, { required: ['amount'] }) }),
  });

  it.each<[string, readonly string[], Schema, string[]]>([
    ['a name is no prefix of another', ['name'], history, []],
    ['the field itself', ['nameHistory'], history, ['nameHistory type is "number", not "string"']],
    ['all', ['*'], history, ['nameHistory type is "number", not "string"']],
    ['none', [], { type: 'string' }, []],
    ['another field below an array', ['lines.sku'], quantity, []],
    [
      'a field below an array',
      ['lines.quantity'],
      quantity,
      ['lines[].quantity is no longer required', 'lines[].quantity type is "number", not "integer"'],
    ],
    [
      'all below an array',
      ['lines'],
      quantity,
      ['lines[].quantity is no longer required', 'lines[].quantity type is "number", not "integer"'],
    ],
    ['the array, written with brackets', ['lines[].sku'], quantity, []],
    ['another field below any key', ['prices.*.amount'], tax, []],
    [
      'a field below any key',
      ['prices.*.tax'],
      tax,
      ['prices.*.tax is no longer required', 'prices.*.tax type is "number", not "string"'],
    ],
    [
      'a field below one key',
      ['prices.de.tax'],
      tax,
      ['prices.de.tax is no longer required', 'prices.de.tax type is "number", not "string"'],
    ],
  ])('%s', (_, fields, after, expected) => {
    const changes = compareSchemas(before, after, 'output', { fields });
    expect(changes.filter(({ breaking }) => breaking).map(({ at, what }) => `${at} ${what}`)).toEqual(expected);
  });

  it('a sender sends what it declares, and what is required', () => {
    const command = of({ id: text, note: text, priority: text }, { required: ['id'] });
    const compare = (properties: Schema, fields: readonly string[]) =>
      compareSchemas(
        command,
        of({ id: text, note: text, ...properties }, { required: ['id'], additionalProperties: false }),
        'input',
        { fields },
      )
        .filter(({ breaking }) => breaking)
        .map(({ at, what }) => `${at} ${what}`);
    expect(compare({ priority: number }, ['note'])).toEqual([]);
    expect(compare({ priority: number }, ['priority'])).toEqual(['priority type is "number", not "string"']);
    expect(compare({}, ['priority'])).toEqual([' additionalProperties is false, and was not set', 'priority is gone']);
    expect(compare({ id: number, priority: text }, [])).toEqual(['id type is "number", not "string"']);
  });

  it('what distinguishes alternatives counts where it is read', () => {
    const alternatives = (...kinds: string[]) => ({
      oneOf: kinds.map((kind) => of({ kind: { const: kind }, [kind]: text }, { required: ['kind', kind] })),
    });
    const [old, now] = [alternatives('card', 'cash'), alternatives('card', 'cash', 'voucher')];
    const breaks = (fields: readonly string[]) =>
      compareSchemas(old, now, 'output', { fields }).some(({ breaking }) => breaking);
    expect([breaks(['kind']), breaks(['card']), breaks(['*'])]).toEqual([true, false, true]);
  });
});
