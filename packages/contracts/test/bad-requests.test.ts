import { randomUUID } from 'node:crypto';
import { lambdaContext, proxyEvent, type TestRequest } from '@dure/testing/lambda-events';
import { describe, expect, it } from '@jest/globals';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import { api } from '../src/binding/api.ts';
import { endpoint } from '../src/contracts/contract.ts';
import { http, reply } from '../src/binding/http.ts';
import type { ProblemDetails } from '../src/contracts/problem.ts';
import { captureLogs } from './logs.ts';
import { startThings } from './things.ts';

const { handler, items } = await startThings();

const good = { title: 'Thing', size: 3 };
const put = (body: unknown, rest: Partial<TestRequest> = {}): TestRequest => ({
  method: 'PUT',
  resource: '/v1/things/{id}',
  params: { id: `t-${randomUUID()}` },
  body,
  ...rest,
});
const json = { 'content-type': 'application/json' };
const raw = (body: string) => put(body, { headers: json });

async function send(request: TestRequest, more: Partial<APIGatewayProxyEvent> = {}) {
  const { statusCode, headers, body } = await handler({ ...proxyEvent(request), ...more }, lambdaContext);
  return { status: statusCode, headers, body: JSON.parse(body) as ProblemDetails };
}

/** Which fields are named; one may have several faults. */
const fieldsOf = ({ body }: { body: ProblemDetails }) =>
  body.errors && [...new Set(body.errors.map(({ in: where, field }) => `${where} ${field}`))];

/** What is sent, the answer's status and code, and the fields that it names. */
const cases: readonly [string, TestRequest, number, string, string[]?, Partial<APIGatewayProxyEvent>?][] = [
  ['a wrong type', put({ ...good, size: '3' }), 400, 'invalid-request', ['body size']],
  ['a missing field', put({ size: 3 }), 400, 'invalid-request', ['body title']],
  ['several at once', put({ size: 0, tags: [1] }), 400, 'invalid-request', ['body title', 'body size', 'body tags[0]']],
  ['null', put({ ...good, title: null }), 400, 'invalid-request', ['body title']],
  ['an empty text', put({ ...good, title: '' }), 400, 'invalid-request', ['body title']],
  ['a text too long', put({ ...good, title: 'x'.repeat(21) }), 400, 'invalid-request', ['body title']],
  ['control characters', put({ ...good, title: 'a\u0000b' }), 400, 'invalid-request', ['body title']],
  ['a lone surrogate', raw('{"title":"\\ud800","size":3}'), 400, 'invalid-request', ['body title']],
  [
    'a lone surrogate deeper',
    raw('{"title":"a","size":3,"maker":{"name":"b\\udfff"}}'),
    400,
    'invalid-request',
    ['body maker.name'],
  ],
  ['too many items', put({ ...good, tags: ['a', 'b', 'c', 'd'] }), 400, 'invalid-request', ['body tags']],
  ['an unknown field', put({ ...good, colour: 'red' }), 400, 'invalid-request', ['body colour']],
  [
    'an unknown field deeper',
    put({ ...good, maker: { name: 'a', rank: 1 } }),
    400,
    'invalid-request',
    ['body maker.rank'],
  ],
  [
    'the key __proto__',
    raw('{"title":"a","size":3,"__proto__":{"polluted":1}}'),
    400,
    'invalid-request',
    ['body __proto__'],
  ],
  [
    'the key __proto__ deeper',
    raw('{"title":"a","size":3,"maker":{"name":"a","__proto__":1}}'),
    400,
    'invalid-request',
    ['body maker.__proto__'],
  ],
  ['the key constructor', raw('{"title":"a","size":3,"constructor":{}}'), 400, 'invalid-request', ['body constructor']],
  ['the key toString', raw('{"title":"a","size":3,"toString":1}'), 400, 'invalid-request', ['body toString']],
  ['a fraction', put({ ...good, size: 1.5 }), 400, 'invalid-request', ['body size']],
  ['a huge number', raw('{"title":"a","size":1e308}'), 400, 'invalid-request', ['body size']],
  ['an infinite number', raw('{"title":"a","size":1e999}'), 400, 'invalid-request', ['body size']],
  ['a number of 1,000 digits', raw(`{"title":"a","size":${'9'.repeat(1000)}}`), 400, 'invalid-request', ['body size']],
  ['an array', put([]), 400, 'invalid-request', ['body ']],
  ['a text as the whole', raw('"text"'), 400, 'invalid-request', ['body ']],
  ['null as the whole', raw('null'), 400, 'invalid-request', ['body ']],
  ['no body', put(undefined), 400, 'invalid-request', ['body ']],
  ['a body of spaces', put('   '), 400, 'invalid-request', ['body ']],
  ['invalid JSON', raw('{"title":'), 400, 'invalid-json'],
  ['JSON with a comment', raw('{/* */"size":3}'), 400, 'invalid-json'],
  ['not a number', raw('{"title":"a","size":NaN}'), 400, 'invalid-json'],
  ['nesting 1,000 levels deep', raw(`${'['.repeat(1000)}${']'.repeat(1000)}`), 400, 'invalid-request', ['body ']],
  ['a body too large', put({ ...good, title: 'x'.repeat(5000) }), 413, 'body-too-large'],
  ['a body too large of few wide characters', put({ ...good, title: '가'.repeat(1400) }), 413, 'body-too-large'],
  [
    'another content type',
    put('title=a', { headers: { 'content-type': 'text/plain' } }),
    415,
    'unsupported-media-type',
  ],
  ['no content type', put('{"title":"a","size":3}'), 415, 'unsupported-media-type'],
  ['a bad path parameter', put(good, { params: { id: 'NOT%20GOOD' } }), 400, 'invalid-request', ['path id']],
  ['a path that is not UTF-8', put(good, { params: { id: '%ff' } }), 400, 'invalid-request', ['path id']],
  ['a path that is not percent-encoded', put(good, { params: { id: '50%' } }), 400, 'invalid-request', ['path id']],
  [
    'a lone surrogate in the query',
    { resource: '/v1/things', query: { q: 'a\ud800' } },
    400,
    'invalid-request',
    ['query q'],
  ],
  ['a lone surrogate in a name', raw('{"title":"a","size":3,"\\udfff":1}'), 400, 'invalid-request', ['body \udfff']],
  [
    'a lone surrogate in a name of a free map',
    raw('{"title":"a","size":3,"notes":{"\\udfff":"a"}}'),
    400,
    'invalid-request',
    ['body notes.\udfff'],
  ],
  [
    'a repeated key',
    put(good, { headers: { ...json, 'Idempotency-Key': 'b' } }),
    400,
    'invalid-request',
    ['header Idempotency-Key'],
    { multiValueHeaders: { 'idempotency-key': ['a'], 'Idempotency-Key': ['b'] } },
  ],
  [
    'a repeated condition',
    { ...put({ size: 2 }), method: 'PATCH', headers: { 'If-Match': '"2"' } },
    400,
    'invalid-request',
    ['header If-Match'],
    { multiValueHeaders: { 'If-Match': ['"1"', '"2"'] } },
  ],
  ['a path too long', put(good, { params: { id: 'x'.repeat(3000) } }), 400, 'invalid-request', ['path id']],
  [
    'a bad key',
    put(good, { headers: { ...json, 'Idempotency-Key': 'with space' } }),
    400,
    'invalid-request',
    ['header Idempotency-Key'],
  ],
  [
    'an empty key',
    put(good, { headers: { ...json, 'Idempotency-Key': '' } }),
    400,
    'invalid-request',
    ['header Idempotency-Key'],
  ],
  [
    'a key too long',
    put(good, { headers: { ...json, 'Idempotency-Key': 'k'.repeat(129) } }),
    400,
    'invalid-request',
    ['header Idempotency-Key'],
  ],
  [
    'no key where one is required',
    { method: 'POST', resource: '/v1/things/{id}/receipts', params: { id: 'a' }, body: { quantity: 1 } },
    400,
    'invalid-request',
    ['header Idempotency-Key'],
  ],
  [
    'bad path, body and header at once',
    put({ title: 'a' }, { params: { id: 'A' }, headers: { ...json, 'idempotency-key': ' ' } }),
    400,
    'invalid-request',
    ['path id', 'body size', 'header Idempotency-Key'],
  ],
  ['a query where there is none', put(good, { query: { dryRun: 'true' } }), 400, 'invalid-request', ['query dryRun']],
  [
    'an unknown query parameter',
    { resource: '/v1/things', query: { colour: 'red' } },
    400,
    'invalid-request',
    ['query colour'],
  ],
  [
    'a bad query parameter',
    { resource: '/v1/things', query: { limit: 'many' } },
    400,
    'invalid-request',
    ['query limit'],
  ],
  [
    'a query parameter without a value',
    { resource: '/v1/things', query: { limit: '' } },
    400,
    'invalid-request',
    ['query limit'],
  ],
  [
    'a query parameter out of range',
    { resource: '/v1/things', query: { limit: '101' } },
    400,
    'invalid-request',
    ['query limit'],
  ],
  [
    'a repeated query parameter',
    { resource: '/v1/things', query: { limit: '3' } },
    400,
    'invalid-request',
    ['query limit'],
    { multiValueQueryStringParameters: { limit: ['2', '3'] } },
  ],
  [
    'a query named __proto__',
    { resource: '/v1/things', query: JSON.parse('{"__proto__":"x"}') as Record<string, string> },
    400,
    'invalid-request',
    ['query __proto__'],
  ],
  ['a path that is not there', { resource: '/v1/nothing' }, 404, 'not-found'],
  [
    'a method that is not there',
    { method: 'DELETE', resource: '/v1/things/{id}', params: { id: 'a' } },
    404,
    'not-found',
  ],
];

describe('a bad request', () => {
  const named = cases.map(([what, request, status, code, fields, more]) => ({
    what,
    request,
    status,
    code,
    fields,
    more,
  }));
  it.each(named)('with $what is refused', async ({ request, status, code, fields, more }) => {
    const before = await items();
    const answer = await send(request, more);
    expect({ ...answer.body, detail: undefined, errors: undefined }).toMatchObject({
      type: `urn:dure:problem:${code}`,
      status,
      instance: proxyEvent(request).path,
    });
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject({ 'content-type': 'application/problem+json', 'cache-control': 'no-store' });
    expect(fieldsOf(answer)).toEqual(fields);
    expect(await items()).toEqual(before);
  });

  it('says what is wrong with each field, and where it stands in the body', async () => {
    const { body } = await send(put({ title: 'a', size: 3, maker: { 'a/b~c': 1 } }));
    expect(body.errors).toEqual([
      { in: 'body', field: 'maker.name', pointer: '/maker/name', detail: expect.stringMatching(/expected string/) },
      { in: 'body', field: 'maker.a/b~c', pointer: '/maker/a~1b~0c', detail: 'is not a field here' },
    ]);
  });

  it('nested 10,000 levels deep or with 1,000 unknown fields is refused in time', async () => {
    const deep = `{"title":"a","size":3,"tags":${'['.repeat(10_000)}${']'.repeat(10_000)}}`;
    const wide = JSON.stringify(Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`k${index}`, index])));
    for (const body of [deep, wide]) {
      const started = performance.now();
      const request = { ...put(undefined), resource: '/v1/things/{id}/receipts', method: 'POST', body };
      const answer = await send({ ...request, headers: { ...json, 'Idempotency-Key': 'k' } });
      expect(answer.status).toBe(400);
      expect(performance.now() - started).toBeLessThan(20_000);
    }
  });

  it('with thousands of faults names twenty, says how many more there are, and repeats no long text', async () => {
    const receipt = (body: object, headers = {}) => ({
      ...raw(JSON.stringify(body)),
      ...{ resource: '/v1/things/{id}/receipts', method: 'POST', headers: { ...json, ...headers } },
    });
    const many = await send(receipt(Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`k-${index}`, 1]))));
    expect(many.body.errors).toHaveLength(20);
    expect(many.body.detail).toMatch(/ and 4982 more$/);
    const long = await send(receipt({ quantity: 1, ['x'.repeat(50_000)]: 1 }, { 'Idempotency-Key': 'k' }));
    expect(long.body.errors).toEqual([{ in: 'body', field: `${'x'.repeat(99)}…`, detail: 'is not a field here' }]);
    const type = await send(put('a', { headers: { 'content-type': 'x'.repeat(9_000) } }));
    for (const { body } of [many, long, type]) expect(JSON.stringify(body).length).toBeLessThan(3_000);
  });

  it('never pollutes a prototype', async () => {
    await send(raw('{"title":"a","size":3,"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('the log of a bad request', () => {
  const logs = captureLogs();

  it('has no name and no value of the client’s own making', async () => {
    await send(raw(JSON.stringify({ 'mina@example.com': 1, maker: { 'Mina Kim': 1 }, title: 7 })));
    await send(raw('{"title":"Mina Kim'));
    expect(logs.filter(({ message }) => message === 'refused')).toMatchObject([
      {
        code: 'invalid-request',
        errors: expect.arrayContaining([{ in: 'body', field: 'title', detail: expect.any(String) }]),
      },
      { code: 'invalid-json' },
    ]);
    expect(JSON.stringify(logs)).not.toMatch(/mina|kim/i);
  });

  it('is short, however long the request', async () => {
    const names = Array.from({ length: 1000 }, (_, index) => `${'n'.repeat(20)}${index}`);
    await send({
      ...raw(JSON.stringify(Object.fromEntries(names.map((name) => [name, 1])))),
      ...{ method: 'POST', resource: '/v1/things/{id}/receipts' },
    });
    for (const line of logs) expect(JSON.stringify(line).length).toBeLessThan(4_000);
  });
});

describe('a good request', () => {
  it.each([
    ['base64', { body: Buffer.from('{"title":"방","size":3}').toString('base64'), isBase64Encoded: true }],
    ['a charset', { headers: { 'Content-Type': 'Application/JSON; charset=utf-8' } }],
    ['no headers but the type', { headers: json, multiValueHeaders: {} }],
  ])('with %s is taken', async (_, more) => {
    expect(await send(raw('{"title":"방","size":3}'), more)).toMatchObject({ status: 200, body: { title: '방' } });
  });

  it('may hold every character that is one, and answers it as it came', async () => {
    const title = '👩‍🚀 İßﬀ 한 \u202e';
    expect(await send(put({ ...good, title }))).toMatchObject({ status: 200, body: { title } });
  });

  it('decodes its path', async () => {
    expect(await send(put(good, { params: { id: '%61bc' } }))).toMatchObject({ status: 200, body: { id: 'abc' } });
  });
});

it('a path that is not percent-encoded is refused, even where any text would be accepted', async () => {
  const Named = endpoint('things', {
    name: 'GetNamed',
    method: 'GET',
    path: '/named/{name}',
    version: 1,
    summary: 'For tests',
    access: 'public',
    params: z.strictObject({ name: z.string() }),
    responses: { 200: { description: 'The name', body: z.object({ name: z.string() }) } },
    example: { params: { name: 'a' } },
  });
  const named = api({ checks: {} }, [
    http(Named, { run: ({ params }) => Promise.resolve(params), answer: (params) => reply(200, params) }),
  ]);
  const get = (name: string) => named(proxyEvent({ resource: '/v1/named/{name}', params: { name } }), lambdaContext);
  expect(await get('50%25')).toMatchObject({ statusCode: 200, body: '{"name":"50%"}' });
  for (const name of ['50%', '%ff', 'a%C3']) {
    const { statusCode, body } = await get(name);
    expect(statusCode).toBe(400);
    expect((JSON.parse(body) as ProblemDetails).errors).toMatchObject([{ in: 'path', field: 'name' }]);
  }
});

describe('a signed webhook', () => {
  const News = endpoint('things', {
    name: 'ReceiveNews',
    method: 'POST',
    path: '/news',
    version: 1,
    summary: 'For tests',
    access: 'public',
    webhook: { headers: ['x-id', 'x-signature'] },
    body: z.object({ text: z.string() }),
    responses: { 200: { description: 'What it was signed over', body: z.object({ body: z.string() }) } },
    example: { body: { text: 'a' } },
  });
  const seen: unknown[] = [];
  const take = api({ table: undefined, checks: {} }, [
    http(News, {
      run: ({ signed }) => {
        seen.push(signed.headers);
        return Promise.resolve(signed.body);
      },
      answer: (body) => reply(200, { body }),
    }),
  ]);
  const headers = { ...json, 'x-id': '1', 'x-signature': 'v1,abc' };
  const post = async (body: string, more: Partial<APIGatewayProxyEvent> = {}) => {
    const event = proxyEvent({ method: 'POST', resource: '/v1/news', headers, body });
    const answer = await take({ ...event, ...more }, lambdaContext);
    return { status: answer.statusCode, body: JSON.parse(answer.body) as ProblemDetails & { body: string } };
  };
  // Spaces, the order of keys and unknown fields are signed too.
  const raw = '{ "more":1,  "text" : "\\u00e4한" }';

  it.each([
    ['as it came', raw, {}],
    ['as it came, in base64', Buffer.from(raw).toString('base64'), { isBase64Encoded: true }],
  ])('keeps its body %s', async (_, body, more) => {
    expect(await post(body, more)).toMatchObject({ status: 200, body: { body: raw } });
    expect(seen.at(-1)).toEqual({ 'x-id': '1', 'x-signature': 'v1,abc' });
  });

  it('reads its headers in any case', async () => {
    await post(raw, { headers: { ...json, 'X-Id': '2', 'X-SIGNATURE': 'v1,b' } });
    expect(seen.at(-1)).toEqual({ 'x-id': '2', 'x-signature': 'v1,b' });
  });

  it.each(['x-id', 'x-signature'])('without the header %s is refused, and the header is named', async (name) => {
    for (const value of [undefined, '']) {
      const answer = await post(raw, { headers: { ...headers, [name]: value } });
      expect(answer).toMatchObject({ status: 400, body: { type: 'urn:dure:problem:invalid-request' } });
      expect(fieldsOf(answer)).toEqual([`header ${name}`]);
    }
  });
});
