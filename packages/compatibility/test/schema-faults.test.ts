import { expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { comparer, compareSchemas, endpointFaults, hashOf, type Schema, schemaFaults } from '../src/index.ts';
import { Dice } from './dice.ts';
import { drawDocument } from './draw-schemas.ts';
import { NESTED, RUBBISH } from './rubbish.ts';

const paths = (faults: ReturnType<typeof schemaFaults>) => faults.map(({ path }) => path.join('/'));

/** As it comes out of JSON: no part is there twice. */
const copied = (it: object) => JSON.parse(JSON.stringify(it)) as Schema;

it.each(RUBBISH)('names %s', (_, rubbish, where) => {
  expect(paths('method' in rubbish ? endpointFaults(rubbish) : schemaFaults(rubbish))).toEqual(where);
});

it('says what would be right', () => {
  const [fault] = schemaFaults({ properties: { id: { type: 'text' } } });
  expect(fault).toEqual({
    path: ['properties', 'id', 'type'],
    detail: 'must be one or several of array, boolean, integer, null, number, object, string',
  });
});

it.each<[string, unknown]>([
  ['words of OpenAPI 3.0', { type: 'number', nullable: true, minimum: 1, exclusiveMinimum: true, example: 3, xml: {} }],
  ['fields with the names of keywords', { properties: { type: { type: 'string' }, $ref: {}, items: true } }],
  ['a document that leads to itself below a field', { properties: { next: { $ref: '#' } } }],
  ['another document', { $ref: 'https://example.com/a.json' }],
  ['an escaped name', { $ref: '#/$defs/a~1b%25', $defs: { 'a/b%': { type: 'string' } } }],
  ['what nobody knows', { 'x-owner': [], unit: 5, examples: 'a' }],
  ['as many levels as may be', NESTED(49)],
])('takes %s', (_, schema) => {
  expect(schemaFaults(schema)).toEqual([]);
});

it('takes an endpoint whose schemas lead into its definitions, and names one that leads elsewhere', () => {
  const endpoint = (it: object) =>
    copied({
      ...{ method: 'get', path: '/v1/a', security: [{ key: [] }], deprecated: true, $defs: { A: { type: 'string' } } },
      parameters: [{ in: 'query', name: 'a', required: true, schema: it }],
      request: { required: true, content: { 'text/plain': it } },
      responses: { 200: { schema: it, headers: { etag: it } }, '4XX': {}, default: {} },
    });
  expect(endpointFaults(endpoint({ $ref: '#/$defs/A' }))).toEqual([]);
  expect(paths(endpointFaults(endpoint({ $ref: '#/request' })))).toEqual([
    'parameters/0/schema/$ref',
    'request/content/text/plain/$ref',
    'responses/200/schema/$ref',
    'responses/200/headers/etag/$ref',
  ]);
});

it('answers for a document without end as soon as for another', () => {
  const levels = 200_000;
  const deep: unknown = JSON.parse('{"not":'.repeat(levels) + '{}' + '}'.repeat(levels));
  expect(schemaFaults(deep)).toEqual([{ path: [], detail: 'has 100 levels at most' }]);
});

/** Definitions of which each leads to the next, by `way`, `length` times; the one that is named first is `first`. */
const chain = (length: number, way: (next: object) => object, first = 0): Schema => {
  const names = Array.from({ length }, (_, index) => [`a${index}`, way({ $ref: `#/$defs/a${index + 1}` })] as const);
  return { $ref: `#/$defs/a${first}`, $defs: Object.fromEntries([...names, [`a${length}`, { type: 'string' }]]) };
};
const WAYS: readonly (readonly [string, (next: object) => object])[] = [
  ['references', (next) => next],
  ['fields', (next) => ({ type: 'object', properties: { next } })],
  ['alternatives', (next) => ({ anyOf: [{ type: 'null' }, next] })],
];

it.each(WAYS)('names a chain of %s that no comparison follows, however long it is and where it begins', (_, way) => {
  const detail = 'is below 100 others, references followed, which is too many';
  for (const length of [101, 300, 6_000]) {
    expect(new Set(schemaFaults(chain(length, way)).map((fault) => fault.detail))).toEqual(new Set([detail]));
  }
  // The last definitions are looked at first, each a step above one that is known.
  const { $defs } = chain(300, way);
  const properties = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [at, { $ref: `#/$defs/a${299 - at}` }]));
  expect(schemaFaults({ type: 'object', allOf: Object.values(properties), $defs })).not.toEqual([]);
  const [one, other] = [chain(45, way), chain(44, way)];
  expect([schemaFaults(one), schemaFaults(other)]).toEqual([[], []]);
  const known = new Map([one, other].map((it) => [hashOf(it), it]));
  const pair = { consumer: hashOf(one), provider: hashOf(other), use: 'reads' as const, fields: ['*'] };
  expect(comparer((hash) => known.get(hash))(pair)).toBeDefined();
});

it.each([
  ['#/$defs//a', { $defs: { a: {} } }],
  ['#/', { type: 'string' }],
  ['#/allOf/', { allOf: [{}] }],
  ['#/allOf/00', { allOf: [{}] }],
  ['#/allOf/0x0', { allOf: [{}] }],
])('takes each step of %s as it is written', ($ref, document) => {
  expect(paths(schemaFaults({ ...document, not: { $ref } }))).toEqual(['not/$ref']);
});

it('follows a step that is empty', () => {
  const document = { properties: { a: { $ref: '#/$defs/' } }, $defs: { '': { type: 'string' } } };
  expect(schemaFaults(document)).toEqual([]);
  const other = { properties: { a: { $ref: '#/$defs/' } }, $defs: { '': { type: 'number' } } };
  expect(compareSchemas(document, other, 'output', {})).toMatchObject([{ at: 'a', breaking: true }]);
});

const ODD = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  '',
  '(',
  'string',
  '#/$defs/none',
  [],
  [null],
  ['a', 'a'],
  [{}],
  {},
  { a: 1 },
];
const ANY = [...ODD, { a: {} }, { a: ['b'] }, ['string'], 3, '^a'];

/** A document of which one keyword, somewhere, has another value. */
function spoilt(dice: Dice): Schema {
  const document = structuredClone(drawDocument(dice)) as Record<string, unknown>;
  const places: Record<string, unknown>[] = [];
  const walk = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return;
    if (!Array.isArray(part)) places.push(part as Record<string, unknown>);
    for (const one of Object.values(part)) walk(one);
  };
  walk(document);
  const place = dice.one(places);
  const keywords = Object.keys(place);
  place[dice.chance(70) && keywords.length > 0 ? dice.one(keywords) : dice.one(NAMES)] = dice.one(ANY);
  return document;
}
const NAMES = [
  'type',
  'enum',
  'properties',
  'items',
  'required',
  'pattern',
  '$ref',
  'anyOf',
  'minimum',
  'not',
  '$defs',
];

/** What is refused here, and JSON Schema's own schema takes. */
const differsFromItsSchema = (detail: string): boolean =>
  /leads (?:nowhere|back)|at least one value|regular expression|is no keyword/.test(detail);

it('refuses what the schema of JSON Schema refuses, and what it takes can be compared with everything', () => {
  const ajv = new Ajv2020({ strict: false, allErrors: true, verbose: true });
  // The flags of draft 4 are taken here.
  const isFlag = ({ instancePath, data }: { instancePath: string; data?: unknown }) =>
    /\/exclusiveM\w+$/.test(instancePath) && typeof data === 'boolean';
  const counts = { refused: 0, taken: 0 };
  const plain = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] };
  for (let seed = 1; seed <= 3000; seed += 1) {
    const schema = copied(spoilt(new Dice(seed)));
    const faults = schemaFaults(schema);
    const isValid = ajv.validateSchema(schema) === true || ajv.errors!.every(isFlag);
    const said = JSON.stringify({ seed, schema, faults, ajv: ajv.errors });
    if (faults.every(({ detail }) => differsFromItsSchema(detail)) !== isValid) throw new Error(said);
    if (faults.length > 0) {
      counts.refused += 1;
      continue;
    }
    counts.taken += 1;
    // Comparing takes longest.
    if (seed % 6 > 0) continue;
    const known = new Map([schema, plain].map((it) => [hashOf(it), it]));
    const compare = comparer((hash) => known.get(hash));
    const [one, other] = [hashOf(schema), hashOf(plain)];
    for (const use of ['reads', 'sends'] as const)
      for (const [consumer, provider] of [
        [one, other],
        [other, one],
      ] as const)
        for (const fields of [['*'], ['a', 'b.c']])
          if (compare({ consumer, provider, use, fields }) === undefined) throw new Error(said);
  }
  expect(counts.refused).toBeGreaterThan(500);
  expect(counts.taken).toBeGreaterThan(500);
});
