import { describe, expect, it } from '@jest/globals';
import { compareSchemas, type Direction, type Schema } from '../src/index.ts';

const line = { type: 'object', properties: { sku: { type: 'string', maxLength: 64 } }, required: ['sku'] };
const before: Schema = {
  type: 'object',
  description: 'Anything',
  properties: {
    id: { $ref: '#/$defs/Id' },
    status: { type: 'string', enum: ['open', 'closed'] },
    note: { type: 'string' },
    lines: { type: 'array', minItems: 1, maxItems: 40, items: line },
  },
  required: ['id', 'lines'],
  $defs: { Id: { type: 'string', pattern: '^[a-z]+$' } },
};

interface Changed {
  readonly properties?: Record<string, unknown>;
  readonly required?: readonly string[];
  readonly $defs?: unknown;
}

/** What is said of a change, for callers and for consumers: `+` compatible, `!` breaking. */
function judged({ properties, ...rest }: Changed): string[] {
  const after = { ...before, properties: { ...(before['properties'] as object), ...properties }, ...rest };
  const judge = (direction: Direction) =>
    compareSchemas(before, after, direction).map(
      ({ at, what, breaking }) => `${direction} ${breaking ? '!' : '+'} ${at} ${what}`,
    );
  return [...judge('input'), ...judge('output')];
}

describe('a schema that changed', () => {
  it.each<[string, Changed, string[]]>([
    ['a description', { $defs: { Id: { type: 'string', pattern: '^[a-z]+$', description: 'New' } } }, []],
    ['a mark', { $defs: { Id: { type: 'string', pattern: '^[a-z]+$', 'x-personal': true } } }, []],
    ['a new field', { properties: { more: {} } }, ['input + more is new', 'output + more is new']],
    [
      'a new field that is required',
      { properties: { more: {} }, required: ['id', 'lines', 'more'] },
      ['input ! more is new and required', 'output + more is new and required'],
    ],
    [
      'a field that may be left out',
      { required: ['id'] },
      ['input + lines is no longer required', 'output ! lines is no longer required'],
    ],
    [
      'a field that may not be left out',
      { required: ['id', 'lines', 'note'] },
      ['input ! note is required now', 'output + note is required now'],
    ],
    [
      'a value more',
      { properties: { status: { type: 'string', enum: ['open', 'closed', 'lost'] } } },
      ['input + status enum has "lost" now', 'output ! status enum has "lost" now'],
    ],
    [
      'a value less',
      { properties: { status: { type: 'string', enum: ['open'] } } },
      ['input ! status enum has no "closed" any more', 'output + status enum has no "closed" any more'],
    ],
    [
      'a higher limit',
      { properties: { lines: { type: 'array', minItems: 1, maxItems: 50, items: line } } },
      ['input + lines maxItems is 50, not 40', 'output ! lines maxItems is 50, not 40'],
    ],
    [
      'a limit that was none',
      { properties: { note: { type: 'string', minLength: 1 } } },
      ['input ! note minLength is 1, and was not set', 'output + note minLength is 1, and was not set'],
    ],
    [
      'another type, deep inside',
      {
        properties: {
          lines: {
            type: 'array',
            minItems: 1,
            maxItems: 40,
            items: { ...line, properties: { sku: { type: 'number', maxLength: 64 } } },
          },
        },
      },
      ['input ! lines[].sku type is "number", not "string"', 'output ! lines[].sku type is "number", not "string"'],
    ],
    [
      'what a reference leads to',
      { $defs: { Id: { type: 'string', pattern: '^[0-9]+$' } } },
      ['input ! id pattern is "^[0-9]+$", not "^[a-z]+$"', 'output ! id pattern is "^[0-9]+$", not "^[a-z]+$"'],
    ],
  ])('%s', (_, change, expected) => {
    expect(judged(change)).toEqual(expected);
  });

  it('by an optional field that is gone breaks nobody, and the other end lacks it', () => {
    const { note: _note, ...properties } = before['properties'] as Record<string, unknown>;
    const gone = [{ at: 'note', what: 'is gone', breaking: false, missing: true }];
    expect(compareSchemas(before, { ...before, properties }, 'input')).toEqual(gone);
    expect(compareSchemas(before, { ...before, properties }, 'output')).toEqual(gone);
  });

  it('by a required field that is gone breaks who reads it', () => {
    const { id: _id, ...properties } = before['properties'] as Record<string, unknown>;
    const after = { ...before, properties, required: ['lines'] };
    expect(compareSchemas(before, after, 'output')).toEqual([{ at: 'id', what: 'is gone', breaking: true }]);
  });

  it('that leads to itself comes to an end', () => {
    const tree = (type: string): Schema => ({
      $ref: '#/$defs/Node',
      $defs: { Node: { properties: { next: { $ref: '#/$defs/Node' }, value: { type } } } },
    });
    const [one, other] = [tree('string'), tree('number')];
    expect(compareSchemas(one, other, 'output')).toEqual([
      { at: 'value', what: 'type is "number", not "string"', breaking: true },
    ]);
  });
});
