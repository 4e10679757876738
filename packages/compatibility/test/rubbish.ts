/** An object with an object in it, and so on. */
export const NESTED = (depth: number): object => {
  let schema: object = { type: 'string' };
  for (let count = 0; count < depth; count += 1) schema = { type: 'object', properties: { a: schema } };
  return schema;
};

const circle = { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } } };
const PROTOTYPE = '{"type":"object","properties":{"__proto__":{"type":"text"}},"required":["__proto__"]}';

/**
 * What a manifest of another language may bring as a schema; JSON Schema takes none of these, or they never end. With the
 * places that are wrong.
 */
export const RUBBISH: readonly (readonly [string, object, readonly string[]])[] = [
  ['a type that is a number', { type: 5 }, ['type']],
  ['a type that is none', { type: ['string', 'any'] }, ['type']],
  ['a list of properties', { type: 'object', properties: [] }, ['properties']],
  ['properties that are null', { type: 'object', properties: { a: null } }, ['properties/a']],
  ['a property that is a text', { type: 'object', properties: { a: 'text' } }, ['properties/a']],
  ['required as a text', { type: 'object', required: 'a' }, ['required']],
  ['required of draft 3', { properties: { a: { required: true } } }, ['properties/a/required']],
  ['an enum that is none', { enum: 'a' }, ['enum']],
  ['alternatives that are none', { anyOf: { a: 1 } }, ['anyOf']],
  ['empty alternatives', { anyOf: [], allOf: [], oneOf: [] }, ['anyOf', 'allOf', 'oneOf']],
  ['alternatives of null', { anyOf: [null] }, ['anyOf/0']],
  ['a reference to itself', { $ref: '#' }, ['$ref']],
  ['references in a circle', circle, ['$defs/b/$ref']],
  ['a circle through alternatives', { anyOf: [{ type: 'null' }, { not: { $ref: '#' } }] }, ['anyOf/1/not/$ref']],
  ['a reference to nothing', { $ref: '#/$defs/none' }, ['$ref']],
  ['a reference to an example', { examples: [{}], not: { $ref: '#/examples/0' } }, ['not/$ref']],
  ['a reference by an anchor', { $ref: '#a', $defs: { a: { $anchor: 'a' } } }, ['$ref']],
  ['a reference that is a number', { $ref: 7 }, ['$ref']],
  ['a reference that is badly escaped', { $ref: '#/%E0%A4%A' }, ['$ref']],
  ['a pattern that is none', { type: 'string', pattern: '(' }, ['pattern']],
  ['a pattern that is a number', { type: 'string', pattern: 3 }, ['pattern']],
  ['a pattern of names that is none', { patternProperties: { '[': {} } }, ['patternProperties/[']],
  ['items that are null', { type: 'array', items: null }, ['items']],
  ['elements by place as before 2020', { items: [{}], additionalItems: false }, ['items', 'additionalItems']],
  ['dependencies as before 2019', { dependencies: { a: ['b'] } }, ['dependencies']],
  ['bounds that are text', { type: 'number', minimum: 'a', multipleOf: 0 }, ['minimum', 'multipleOf']],
  ['a negation of null', { not: null }, ['not']],
  ['a prototype', JSON.parse(PROTOTYPE) as object, ['properties/__proto__/type']],
  ['deep nesting', NESTED(120), ['']],
  ['very deep nesting', NESTED(1500), ['']],
  ['an endpoint without answers', { method: 'GET', path: '/v1/a' }, ['responses']],
  [
    'an endpoint with rubbish',
    { method: 1, path: [], responses: { 200: null, x: 5 }, request: 'a' },
    ['method', 'path', 'request', 'responses/200', 'responses/x'],
  ],
  [
    'parameters that are none',
    { method: 'GET', path: '/v1/a', parameters: [null, { in: 'body' }], responses: { 200: { schema: true } } },
    ['parameters/0', 'parameters/1/in', 'parameters/1/name', 'responses/200/schema'],
  ],
];
