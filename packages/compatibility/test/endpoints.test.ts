import { describe, expect, it } from '@jest/globals';
import { compareEndpoints, type EndpointSchema, type Response } from '../src/index.ts';

const text = { type: 'string' };
const order = {
  type: 'object',
  properties: { id: text, status: { enum: ['open'] } },
  required: ['id', 'status'],
  additionalProperties: false,
};
const created: Response = { mediaType: 'application/json', schema: order, headers: { ETag: text, Location: text } };
const before: EndpointSchema = {
  method: 'POST',
  path: '/v1/orders/{orderId}',
  parameters: [
    { in: 'path', name: 'orderId', required: true, schema: text },
    { in: 'query', name: 'limit', schema: { type: 'integer', maximum: 100 } },
    { in: 'header', name: 'If-Match', schema: text },
  ],
  request: { mediaType: 'application/json', schema: { $ref: '#/$defs/Request' } },
  responses: { '201': created, '404': { mediaType: 'application/problem+json', schema: {} } },
  security: [{ apiKey: [] }, {}],
  $defs: { Request: { type: 'object', properties: { sku: text }, required: ['sku'] } },
};

const parameter = (index: number, change: object) => ({
  parameters: before.parameters!.map((it, other) => (other === index ? { ...it, ...change } : it)),
});
const answer = (change: object) => ({ responses: { ...before.responses, '201': { ...created, ...change } } });

describe('an endpoint that changed', () => {
  it.each<[string, Partial<EndpointSchema>, string[]]>([
    ['another method', { method: 'PUT' }, ['!  is PUT /v1/orders/{orderId}, not POST /v1/orders/{orderId}']],
    [
      'another path',
      { path: '/v1/order/{orderId}' },
      ['!  is POST /v1/order/{orderId}, not POST /v1/orders/{orderId}'],
    ],
    ['another name of a place in the path', { path: '/v1/orders/{id}', ...parameter(0, { name: 'id' }) }, []],
    ['deprecated', { deprecated: true }, ['+  is deprecated now']],
    ['servers', { ...({ servers: [{ url: 'https://example.com' }] } as object) }, []],
    ['a parameter is required', parameter(1, { required: true }), ['! query limit is required now']],
    [
      'a parameter takes less',
      parameter(1, { schema: { type: 'integer', maximum: 50 } }),
      ['! query limit maximum is 50, not 100'],
    ],
    [
      'a list is written another way',
      parameter(1, { style: 'pipeDelimited' }),
      ['! query limit is written another way'],
    ],
    [
      'a query parameter goes',
      { parameters: before.parameters!.filter(({ name }) => name !== 'limit') },
      ['! query limit is gone'],
    ],
    [
      'a header goes',
      { parameters: before.parameters!.filter(({ name }) => name !== 'If-Match') },
      ['+ header If-Match is gone'],
    ],
    ['a header in another case', parameter(2, { name: 'if-match' }), []],
    [
      'a parameter comes',
      { parameters: [...before.parameters!, { in: 'query', name: 'why', schema: text }] },
      ['+ query why is new'],
    ],
    [
      'a needed parameter comes',
      { parameters: [...before.parameters!, { in: 'query', name: 'why', required: true }] },
      ['! query why is new and required'],
    ],
    ['the body is required', { request: { ...before.request, required: true } }, ['! request is required now']],
    ['the body goes', { request: undefined }, ['! request is gone']],
    [
      'another media type of the request',
      { request: { ...before.request, mediaType: 'text/plain' } },
      ['! request application/json is no longer taken', '+ request text/plain is taken too'],
    ],
    [
      'one more media type of the request',
      { request: { content: { 'application/json': { $ref: '#/$defs/Request' }, 'text/plain': text } } },
      ['+ request text/plain is taken too'],
    ],
    [
      'the request needs more',
      { $defs: { Request: { type: 'object', properties: { sku: text, why: text }, required: ['sku', 'why'] } } },
      ['! request why is new and required'],
    ],
    [
      'another media type of the answer',
      answer({ mediaType: 'text/csv' }),
      ['! 201 application/json is gone', '+ 201 text/csv is new'],
    ],
    ['an ETag goes', answer({ headers: { Location: text } }), ['! 201 header etag is no longer promised']],
    [
      'a Location says something else',
      answer({ headers: { ETag: text, location: { type: 'string', maxLength: 5 } } }),
      ['+ 201 header location maxLength is 5, and was not set'],
    ],
    [
      'a header of the answer comes',
      answer({ headers: { ...created.headers, Age: text } }),
      ['+ 201 header age is promised now'],
    ],
    [
      'a field of the answer comes, which callers pass over',
      answer({ schema: { ...order, properties: { ...order.properties, more: text } } }),
      ['+ 201 more is new'],
    ],
    [
      'a value more in the answer',
      answer({ schema: { ...order, properties: { id: text, status: { enum: ['open', 'lost'] } } } }),
      ['! 201 status enum has "lost" now'],
    ],
    ['another success', { responses: { ...before.responses, '202': {} } }, ['! 202 is new']],
    ['another refusal', { responses: { ...before.responses, '409': {} } }, ['+ 409 is new']],
    ['a success goes', { responses: { '404': before.responses['404']! } }, ['! 201 is gone']],
    ['a refusal goes', { responses: { '201': created } }, ['+ 404 is gone']],
    ['a refusal under its class', { responses: { '201': created, '4XX': before.responses['404']! } }, ['+ 4XX is new']],
    ['a key is needed', { security: [{ apiKey: [] }] }, ['! security lets in no more by nothing: it is apiKey']],
    ['no key is needed', { security: [] }, ['+ security is nothing, not apiKey, or nothing']],
    ['the same in another order', { security: [{}, { apiKey: [] }] }, []],
  ])('%s', (_, change, expected) => {
    const changes = compareEndpoints(before, { ...before, ...change });
    expect(changes.map(({ at, what, breaking }) => `${breaking ? '!' : '+'} ${at} ${what}`)).toEqual(expected);
  });

  it('a scope more is needed', () => {
    const [one, other] = [['read'], ['read', 'write']].map((scopes) => ({ ...before, security: [{ oauth: scopes }] }));
    expect(compareEndpoints(one!, other!).map(({ breaking }) => breaking)).toEqual([true]);
    expect(compareEndpoints(other!, one!).map(({ breaking }) => breaking)).toEqual([false]);
  });

  it('by the fields that are read', () => {
    const after = {
      ...before,
      ...answer({ schema: { ...order, properties: { id: text, status: { enum: ['open', 'lost'] } } } }),
    };
    const breaks = (fields: readonly string[]) =>
      compareEndpoints(before, after, { fields }).some(({ breaking }) => breaking);
    expect([breaks(['status']), breaks(['id']), breaks([]), breaks(['*'])]).toEqual([true, false, false, true]);
  });
});
