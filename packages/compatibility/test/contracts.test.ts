import { expect, it } from '@jest/globals';
import { compareContracts } from '../src/index.ts';

const order = {
  type: 'object',
  properties: { id: { type: 'string' }, note: { type: 'string', nullable: true } },
  required: ['id', 'note'],
};

/** An OpenAPI 3.0 document as people write it, with references to everything. */
const document = {
  openapi: '3.0.3',
  security: [{ key: [] }],
  paths: {
    '/orders/{id}': {
      parameters: [{ $ref: '#/components/parameters/Id' }],
      put: {
        parameters: [{ in: 'query', name: 'filter', content: { 'application/json': { schema: { type: 'integer' } } } }],
        requestBody: { $ref: '#/components/requestBodies/Order' },
        responses: { 200: { $ref: '#/components/responses/Order' } },
      },
    },
  },
  components: {
    parameters: { Id: { in: 'path', name: 'id', required: true, schema: { type: 'string' } } },
    requestBodies: {
      Order: { required: true, content: { 'application/json': { schema: { $ref: '#/components/schemas/Order' } } } },
    },
    responses: {
      Order: {
        headers: { ETag: { $ref: '#/components/headers/ETag' }, Age: { schema: { type: 'string' } } },
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Order' } } },
      },
    },
    headers: { ETag: { required: true, schema: { type: 'string' } } },
    schemas: { Order: order },
  },
};
type Document = typeof document;

function judged(change: (after: Document) => void): string[] {
  const after = structuredClone(document);
  change(after);
  const files = (it: Document) => new Map([['openapi/shop.json', JSON.stringify(it)]]);
  return compareContracts(files(document), files(after)).map(
    ({ contract, at, what, breaking }) => `${breaking ? '!' : '+'} ${contract}, ${at}: ${what}`,
  );
}

const PUT = 'shop PUT /orders/{id}';

it.each<[string, (after: Document) => void, string[]]>([
  ['nothing', () => {}, []],
  [
    'a parameter of the path item',
    ({ components }) => Object.assign(components.parameters.Id.schema, { maxLength: 9 }),
    [`! ${PUT}, path id: maxLength is 9, and was not set`],
  ],
  [
    'a parameter that is JSON',
    ({ paths }) =>
      Object.assign(paths['/orders/{id}'].put.parameters[0]!.content['application/json'].schema, { minimum: 1 }),
    [`! ${PUT}, query filter: minimum is 1, and was not set`],
  ],
  [
    'null no more, in both directions',
    ({ components }) => Object.assign(components.schemas.Order.properties.note, { nullable: false }),
    [`! ${PUT}, request note: type has no "null" any more`, `+ ${PUT}, 200 note: type has no "null" any more`],
  ],
  [
    'a header that may be missing now',
    ({ components }) => Object.assign(components.headers.ETag, { required: false }),
    [`! ${PUT}, 200 header etag: is no longer promised`],
  ],
  [
    'security of the whole document',
    (after) => Object.assign(after, { security: [{ key: [], oauth: [] }] }),
    [`! ${PUT}, security: lets in no more by key: it is key and oauth`],
  ],
  [
    'deprecation',
    ({ paths }) => Object.assign(paths['/orders/{id}'].put, { deprecated: true }),
    [`+ ${PUT}, : is deprecated now`],
  ],
])('OpenAPI 3.0: %s', (_, change, expected) => {
  expect(judged(change)).toEqual(expected);
});

it('reads no file that is no contract', () => {
  const files = (text: string) => new Map([['access.md', text]]);
  expect(compareContracts(files('# Who may'), files('# Who may what'))).toEqual([]);
});
