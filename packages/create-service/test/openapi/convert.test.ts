import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { readDocument } from '../../src/openapi/document.ts';
import { convertDocument } from '../../src/openapi/endpoints.ts';
import { printContracts } from '../../src/openapi/print.ts';

const folder = mkdtempSync(join(tmpdir(), 'dure-openapi-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ok = { 200: { description: 'Fine' } };
const document = (paths: object, schemas: object = {}, more: object = {}) => ({
  ...{ openapi: '3.1.0', info: { title: 'Things', version: '1' }, paths, components: { schemas }, ...more },
});
const content = (schema: object, more: object = {}) => ({ content: { 'application/json': { schema, ...more } } });
/** A document whose only operation answers by a schema. */
const answering = (schema: object, schemas: object = {}) =>
  document(
    { '/things': { get: { operationId: 'getThings', responses: { 200: { description: 'It', ...content(schema) } } } } },
    schemas,
  );

function made(given: object, service = 'things') {
  const converted = convertDocument(service, given as never);
  const text = [...printContracts(service, converted).values()].join('\n');
  const notes = converted.notes.all.map(({ pointer, what }) => `${pointer}: ${what}`);
  return { ...converted, text, notes, first: converted.endpoints[0] };
}

describe('a schema', () => {
  it.each<[string, object, string]>([
    [
      'a bounded text',
      { type: 'string', minLength: 1, maxLength: 5, pattern: '^a' },
      'z.string().check(z.minLength(1), z.maxLength(5), z.regex(/^a/))',
    ],
    ['a format', { type: 'string', format: 'date-time' }, 'z.iso.datetime({"offset":true})'],
    ['a bounded integer', { type: 'integer', minimum: 1, exclusiveMaximum: 9 }, 'z.int().check(z.gte(1), z.lt(9))'],
    [
      'the bounds of 3.0',
      { type: 'number', minimum: 1, exclusiveMinimum: true, multipleOf: 0.5 },
      'z.number().check(z.gt(1), z.multipleOf(0.5))',
    ],
    ['a choice', { enum: ['a', 'b'] }, 'z.enum(["a","b"])'],
    ['a choice of numbers', { enum: [1, 2] }, 'z.literal([1,2])'],
    ['a constant', { const: 'a' }, 'z.literal("a")'],
    ['null in 3.0', { type: 'string', nullable: true }, 'z.nullable(z.string())'],
    ['null in 3.1', { type: ['string', 'null'] }, 'z.nullable(z.string())'],
    ['null as an alternative', { anyOf: [{ type: 'string' }, { type: 'null' }] }, 'z.nullable(z.string())'],
    ['several types', { type: ['string', 'integer'] }, 'z.union([z.string(), z.int()])'],
    [
      'a list',
      { type: 'array', items: { type: 'boolean' }, maxItems: 3 },
      'z.array(z.boolean()).check(z.maxLength(3))',
    ],
    ['a tuple', { type: 'array', prefixItems: [{ type: 'string' }], items: false }, 'z.tuple([z.string()])'],
    [
      'an object',
      { type: 'object', properties: { a: { type: 'string' }, 'b-c': {} }, required: ['a'] },
      'z.object({ a: z.string(), "b-c": z.optional(z.unknown()) })',
    ],
    [
      'a closed object',
      { type: 'object', properties: { a: {} }, additionalProperties: false },
      'z.strictObject({ a: z.optional(z.unknown()) })',
    ],
    ['a map', { type: 'object', additionalProperties: { type: 'integer' } }, 'z.record(z.string(), z.int())'],
    [
      'fields and a map',
      { type: 'object', properties: { a: { type: 'integer' } }, additionalProperties: { type: 'integer' } },
      'z.catchall(z.object({ a: z.optional(z.int()) }), z.int())',
    ],
    [
      'parts that are one',
      {
        allOf: [
          { type: 'object', properties: { a: { type: 'string' } } },
          { required: ['a'], properties: { a: { minLength: 2 } } },
        ],
      },
      'z.object({ a: z.string().check(z.minLength(2)) })',
    ],
    [
      'personal data and a secret',
      {
        type: 'object',
        properties: { email: { type: 'string' }, apiKey: { type: 'string' }, age: { type: 'integer' } },
      },
      'z.object({ email: z.optional(personal(z.string())), apiKey: z.optional(secret(z.string())), age: z.optional(z.int()) })',
    ],
  ])('says %s', (_, schema, text) => {
    const { text: all, notes, endpoints } = made(answering(schema));
    expect({ notes, count: endpoints.length }).toEqual({ notes: [], count: 1 });
    expect(all).toContain(`body: ${text} }`);
  });

  it('tells objects apart by their discriminator', () => {
    const kind = (name: string) => ({
      type: 'object',
      required: ['kind'],
      properties: { kind: { type: 'string' }, [name]: { type: 'string' } },
    });
    const schema = {
      oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }],
      discriminator: { propertyName: 'kind', mapping: { cat: '#/components/schemas/Cat' } },
    };
    const { text, notes, first } = made(answering(schema, { Cat: kind('purr'), Dog: kind('bark') }));
    expect(notes).toEqual([]);
    expect(text).toMatch(
      /z\.discriminatedUnion\("kind", \[z\.object\(\{ kind: z\.literal\("cat"\).*kind: z\.literal\("Dog"\)/,
    );
    expect(first?.example.response).toMatchObject({ kind: 'cat' });
  });

  it('differs where it is sent from where it is answered', () => {
    const Thing = {
      type: 'object',
      properties: {
        id: { type: 'integer', readOnly: true },
        pin: { type: 'string', writeOnly: true },
        size: { type: 'integer' },
      },
    };
    const ref = { $ref: '#/components/schemas/Thing' };
    const post = {
      operationId: 'addThing',
      requestBody: { required: true, ...content(ref) },
      responses: { 201: { description: 'It', ...content(ref) } },
    };
    const { text, first } = made(document({ '/things': { post } }, { Thing }));
    expect(text).toContain('export const Thing = z.object({ id: z.optional(z.int()), size: z.optional(z.int()) });');
    expect(text).toContain(
      'export const ThingInput = z.object({ pin: z.optional(z.string()), size: z.optional(z.int()) });',
    );
    expect(text).toContain('body: strict(ThingInput)');
    expect(first).toMatchObject({
      idempotencyKey: 'optional',
      example: { body: { pin: 'text', size: 1 }, response: { id: 1, size: 1 } },
    });
  });

  it.each<[string, object, string]>([
    [
      'oneOf of like types',
      { oneOf: [{ type: 'object' }, { type: 'object', properties: { a: {} } }] },
      '/oneOf: oneOf is checked as anyOf',
    ],
    ['a format', { type: 'string', format: 'colour' }, '/format: the format "colour" is not checked'],
    ['uniqueness', { type: 'array', items: {}, uniqueItems: true }, '/uniqueItems: "uniqueItems" is not checked'],
    ['a negation', { type: 'string', not: { const: 'a' } }, '/not: "not" is not checked'],
    ['a condition', { type: 'object', if: {}, then: {} }, '/if: "if" is not checked'],
    ['a pattern of others', { type: 'string', pattern: '(?i)a' }, '/pattern: this pattern is no regular expression'],
  ])('notes %s', (_, schema, note) => {
    const { notes, endpoints } = made(answering(schema));
    expect(endpoints).toHaveLength(1);
    expect(notes.join('\n')).toContain(`#/paths/~1things/get/responses/200/content/application~1json/schema${note}`);
  });

  it('ends where it is a part of itself', () => {
    const Node = { type: 'object', properties: { next: { $ref: '#/components/schemas/Node' } } };
    const { text, notes } = made(answering({ $ref: '#/components/schemas/Node' }, { Node }));
    expect(text).toContain('export const Node = z.object({ next: z.optional(z.unknown()) });');
    expect(notes).toEqual([
      '#/components/schemas/Node/properties/next: it refers to a schema that it is part of: anything is taken here',
    ]);
  });
});

describe('an operation', () => {
  const left = (paths: object, more: object = {}) => {
    const { notes, endpoints } = made(document({ ...paths, '/kept': { get: { responses: ok } } }, {}, more));
    return { notes: notes.join('\n'), names: endpoints.map(({ name }) => name) };
  };
  const query = (schema: object, more: object = {}) => ({ name: 'q', in: 'query', schema, ...more });

  it('gets a version, a name, and the name of a parameter that API Gateway allows', () => {
    const item = { parameters: [{ name: 'pet_id', in: 'path', required: true, schema: { type: 'integer' } }] };
    const photo = { parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }] };
    const { endpoints, notes } = made(
      document({
        '/v2/pets/{pet_id}': { ...item, get: { operationId: 'pets.show', responses: ok } },
        '/v2/pets/{id}/newPhotos': { ...photo, get: { responses: ok } },
        '/plain': { delete: { responses: ok } },
      }),
    );
    expect(endpoints.map(({ name, address }) => [name, address.version, address.path])).toEqual([
      ['PetsShow', 2, '/pets/{petId}'],
      ['GetPetsByPetIdNewPhotos', 2, '/pets/{petId}/new-photos'],
      ['DeletePlain', 1, '/plain'],
    ]);
    expect(endpoints[0]?.example.params).toEqual({ petId: '1' });
    expect(notes).toEqual([
      '#/paths/~1v2~1pets~1{pet_id} → /v2/pets/{petId}: the path is another, by the rules of the contracts',
      '#/paths/~1v2~1pets~1{id}~1newPhotos → /v2/pets/{petId}/new-photos: the path is another, by the rules of the contracts',
    ]);
    const servers = [{ url: 'https://api.example.com/v3' }];
    expect(made(document({ '/a': { get: { responses: ok } } }, {}, { servers })).first?.address.version).toBe(3);
  });

  it('reads queries as texts, with examples and defaults', () => {
    const parameters = [
      query({ type: 'integer', minimum: 1, default: 20 }, { name: 'limit' }),
      query({ type: 'boolean' }, { name: 'deep', required: true }),
      query({ type: 'string' }, { name: 'since', example: '2026-01-05' }),
    ];
    const { text, first } = made(document({ '/a': { get: { parameters, responses: ok } } }));
    expect(text).toContain(
      'limit: z._default(z.coerce.number().check(z.int(), z.gte(1)), 20), deep: z.enum(["true","false"])',
    );
    expect(first?.example.query).toEqual({ deep: 'true', since: '2026-01-05' });
  });

  it('has the problems of the client, and none that every endpoint has', () => {
    const responses = {
      ...ok,
      400: { description: 'Bad' },
      404: { description: 'No such pet. Sorry.' },
      500: { description: 'Oh' },
      default: { description: 'Oh' },
    };
    const { first, notes } = made(
      document({
        '/pets/{id}': { get: { parameters: [{ name: 'id', in: 'path', required: true, schema: {} }], responses } },
      }),
      'pets',
    );
    expect(first?.problems).toEqual({ 'pet-not-found': { status: 404, title: 'No such pet' } });
    expect(notes.filter((it) => it.includes('left out: every endpoint'))).toHaveLength(3);
  });

  it.each<[string, object, string]>([
    [
      'files',
      { post: { requestBody: { content: { 'multipart/form-data': {} } }, responses: ok } },
      'left out: a contract has JSON only, and this is multipart/form-data (#/paths/~1a/post/requestBody/content)',
    ],
    [
      'other answers',
      { get: { responses: { 200: { description: 'A', content: { 'text/csv': {} } } } } },
      'JSON only, and this is text/csv',
    ],
    ['no success', { get: { responses: { 302: { description: 'There' } } } }, 'no answer says that it worked'],
    ['the body of a GET', { get: { requestBody: content({}), responses: ok } }, 'a GET has no body'],
    [
      'a list in a required query',
      { get: { parameters: [query({ type: 'array', items: {} }, { required: true })], responses: ok } },
      'a list, an object',
    ],
    [
      'parts that contradict',
      {
        get: {
          responses: { 200: { description: 'A', ...content({ allOf: [{ type: 'string' }, { type: 'object' }] }) } },
        },
      },
      'its allOf has "type" twice',
    ],
    [
      'a value that is an object',
      { get: { responses: { 200: { description: 'A', ...content({ const: { a: 1 } }) } } } },
      'cannot be prescribed',
    ],
    [
      'what no example fits',
      {
        get: {
          responses: { 200: { description: 'A', ...content({ type: 'string', maxLength: 1, pattern: '^aa$' }) } },
        },
      },
      'no example of the answer could be made',
    ],
    ['another method', { head: { responses: ok } }, '#/paths/~1a/head: left out: a contract has no HEAD'],
  ])('is left out by name, with the rest kept: %s', (_, item, note) => {
    const { notes, names } = left({ '/a': item });
    expect(names).toEqual(['GetKept']);
    expect(notes).toContain(note);
  });

  it.each<[string, object, string]>([
    ['the root', { '/': { get: { responses: ok } } }, 'a path below the version'],
    ['an extension in a path', { '/a.b/{x}.json': { get: { responses: ok } } }, 'has letters and hyphens'],
    [
      'a path of every service',
      { '/health': { get: { responses: ok } } },
      'every service answers GET /v1/health by itself',
    ],
  ])('is left out by its path: %s', (_, paths, note) => {
    const { notes, names } = left(paths);
    expect(names).toEqual(['GetKept']);
    expect(notes).toContain(note);
  });

  it('notes what stays behind of one that is kept', () => {
    const parameters = [
      { name: 'session', in: 'cookie', schema: {} },
      { name: 'x-tenant', in: 'header', schema: {} },
      query({ type: 'array', items: {} }),
    ];
    const patch = { parameters, callbacks: {}, security: [], deprecated: true, responses: ok, servers: [] };
    const { notes, endpoints } = made(document({ '/a': { patch } }, {}, { webhooks: {} }));
    expect(endpoints).toMatchObject([{ ifMatch: 'required', query: [] }]);
    for (const place of [
      'parameters/0',
      'parameters/1',
      'parameters/2',
      'callbacks',
      'security',
      'deprecated',
      'servers',
    ]) {
      expect(notes.some((it) => it.startsWith(`#/paths/~1a/patch/${place}: `))).toBe(true);
    }
    expect(notes).toContain('#/webhooks: left out: what calls others is declared as an event');
  });

  it('takes the first example that satisfies the schema, and notes others', () => {
    const schema = { type: 'object', properties: { a: { type: 'integer' } } };
    const examples = { bad: { value: { a: 'x' } }, good: { value: { a: 7, more: 1 } } };
    const responses = { 200: { description: 'A', ...content(schema, { examples }) } };
    const { first, notes } = made(document({ '/a': { get: { responses } } }));
    expect(first?.example.response).toEqual({ a: 7 });
    expect(notes).toEqual([
      '#/paths/~1a/get/responses/200/content/application~1json/examples/bad/value (a): the example does not satisfy its schema, and the contract has another',
    ]);
  });
});

describe('a file', () => {
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  it('is read in JSON and YAML, whatever its extensions refer to', async () => {
    const given = answering({ type: 'string' });
    expect(await readDocument(file('a.json', JSON.stringify(given)))).toEqual(given);
    const yaml = 'openapi: 3.0.3\ninfo: { title: A, version: "1", x-more: { $ref: ./other.yaml } }\npaths: {}\n';
    expect(await readDocument(file('a.yaml', yaml))).toMatchObject({ openapi: '3.0.3' });
  });

  it.each([
    ['swagger: "2.0"\n', 'is Swagger 2.0. Convert it'],
    ['openapi: 3.2.0\n', 'is no OpenAPI 3.0 or 3.1 document: "openapi" is 3.2.0'],
    ['a: b\n', '"openapi" is missing'],
    ['a: [\n', 'is neither JSON nor YAML'],
    ['- a\n', 'is no OpenAPI document'],
    ['openapi: 3.0.3\ninfo: {}\npaths: {}\n', 'is not valid OpenAPI 3.0.3:\n  #/info'],
  ])('is refused: %j', async (text, sentence) => {
    await expect(readDocument(file('b.yaml', text))).rejects.toThrow(sentence);
  });

  it('is refused if it is not there', async () => {
    await expect(readDocument(join(folder, 'none.yaml'))).rejects.toThrow('there is no file');
  });
});
