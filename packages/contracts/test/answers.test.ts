import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { call, lambdaContext, proxyEvent, type TestRequest } from '@dure/testing/lambda-events';
import { describe, expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import { api } from '../src/binding/api.ts';
import { Conflict } from '../src/binding/commit.ts';
import { endpoint, type EndpointDefinition } from '../src/contracts/contract.ts';
import { http, reply, type Route } from '../src/binding/http.ts';
import { HttpProblem, problem } from '../src/contracts/problem.ts';
import { Links } from '../src/contracts/values.ts';
import { captureLogs } from './logs.ts';
import { startThings } from './things.ts';

const { handler } = await startThings();
const logs = captureLogs();

const newId = () => `t-${randomUUID()}`;
const resource = '/v1/things/{id}';
const put = (id: string, size: number) =>
  call(handler, { method: 'PUT', resource, params: { id }, body: { title: 'Thing', size } });
const patch = (id: string, headers: Record<string, string>) =>
  call(handler, { method: 'PATCH', resource, params: { id }, body: { size: 9 }, headers });
const get = (id: string, headers = {}) => call(handler, { resource, params: { id }, headers });
const typeOf = ({ status, body }: { status: number; body: Record<string, unknown> }) => [status, body['type']];

describe('If-Match', () => {
  it('is required: 428 without it', async () => {
    const id = newId();
    await put(id, 1);
    expect(typeOf(await patch(id, {}))).toEqual([428, 'urn:dure:problem:precondition-required']);
    expect(await get(id)).toMatchObject({ body: { size: 1, version: 1 } });
  });

  it('must name the version that is there: 412 with an old one', async () => {
    const id = newId();
    await put(id, 1);
    await put(id, 2);
    expect(typeOf(await patch(id, { 'If-Match': '"1"' }))).toEqual([412, 'urn:dure:problem:precondition-failed']);
    expect(await get(id)).toMatchObject({ body: { size: 2 } });
    expect(await patch(id, { 'If-Match': '"2"' })).toMatchObject({ status: 200, headers: { etag: '"3"' } });
    expect(await patch(id, { 'if-match': 'W/"3"' })).toMatchObject({ status: 200, headers: { etag: '"4"' } });
  });

  it.each(['1', '*', '""', '"1', '"1", "2"', `"${'1'.repeat(65)}"`, ''])(
    'must be an entity tag: 400 for %p',
    async (tag) => {
      const id = newId();
      await put(id, 1);
      const refused = await patch(id, { 'If-Match': tag });
      expect(refused).toMatchObject({ status: 400, body: { errors: [{ in: 'header', field: 'If-Match' }] } });
      expect(await get(id)).toMatchObject({ body: { version: 1 } });
    },
  );
});

describe('a deprecated version', () => {
  const old = http(
    endpoint('things', {
      ...{
        name: 'GetOld',
        method: 'GET',
        path: '/old/{id}/parts',
        version: 1,
        summary: 'For tests',
        access: 'public',
        example: {},
      },
      params: z.strictObject({ id: z.string() }),
      deprecated: { since: '2026-11-30', sunset: '2027-05-31', successor: 2 },
      responses: { 200: { description: 'The thing', body: z.strictObject({ id: z.string() }) } },
      problems: { 'old-not-found': { status: 404, title: 'There is no such thing' } },
    }),
    {
      run: ({ params: { id } }) => Promise.resolve(id),
      answer: (id) => (id === 'none' ? problem('old-not-found') : reply(200, { id })),
    },
  );
  const oldApi = api({}, [old]);

  it.each([
    ['a b', 200],
    ['none', 404],
  ])('says of %p since when, until when, and where to go', async (id, status) => {
    const answer = await call(oldApi, { resource: '/v1/old/{id}/parts', params: { id } });
    expect(answer).toMatchObject({
      status,
      headers: {
        deprecation: '@1795996800',
        sunset: 'Mon, 31 May 2027 23:59:59 GMT',
        link: expect.stringContaining(`/v2/old/${encodeURIComponent(id)}/parts>; rel="successor-version"`),
      },
    });
  });

  it('leads people to the page of its service, where the pages are known', async () => {
    process.env['DOCS_URL'] = '/registry/local/docs';
    try {
      const { headers } = await call(oldApi, { resource: '/v1/old/{id}/parts', params: { id: 'a' } });
      expect(String(headers['link']).split(', ')).toEqual([
        '</v2/old/a/parts>; rel="successor-version"',
        expect.stringMatching(/^<\/registry\/local\/docs\/services\/\w+>; rel="deprecation"; type="text\/html"$/),
      ]);
    } finally {
      delete process.env['DOCS_URL'];
    }
  });

  it('alone carries these headers', async () => {
    const { headers } = await get(newId());
    for (const name of ['deprecation', 'sunset', 'link']) expect(Object.keys(headers)).not.toContain(name);
  });
});

describe('If-None-Match', () => {
  it.each(['"1"', 'W/"1"', '*', '"0", "1"', ' "1" '])('%p is answered with 304 and no body', async (tag) => {
    const id = newId();
    await put(id, 1);
    const { statusCode, headers, body } = await handler(
      proxyEvent({ resource, params: { id }, headers: { 'If-None-Match': tag } }),
      lambdaContext,
    );
    expect([statusCode, headers?.['etag'], body]).toEqual([304, '"1"', '']);
  });

  it.each(['"0"', '1', 'x', ''])('%p is answered with the thing', async (tag) => {
    const id = newId();
    await put(id, 1);
    expect(await get(id, { 'If-None-Match': tag })).toMatchObject({ status: 200, body: { id } });
  });

  it('does not hide a problem', async () => {
    expect(typeOf(await get(newId(), { 'If-None-Match': '*' }))).toEqual([404, 'urn:dure:problem:thing-not-found']);
  });
});

const View = z.strictObject({ id: z.string(), maker: z.strictObject({ name: z.string() }) });
const shape = {
  name: 'GetOdd',
  method: 'GET',
  path: '/odd',
  version: 1,
  summary: 'For tests',
  access: 'public',
  responses: { 200: { description: 'Odd', body: View, headers: ['etag'] } },
  problems: { known: { status: 409, title: 'Known' } },
  example: {},
} as const satisfies EndpointDefinition;
const GetOdd = endpoint('odd', shape);

/** What an API answers whose one endpoint gives this answer, past what the types allow. */
async function answerOf(answer: () => unknown, request: Partial<TestRequest> = {}) {
  const route: Route = { endpoint: GetOdd, handle: () => Promise.resolve(answer() as object) };
  return call(api({ checks: {} }, [route]), { resource: '/v1/odd', ...request });
}

const internal = {
  type: 'urn:dure:problem:internal-error',
  title: 'Something went wrong here',
  status: 500,
  instance: '/v1/odd',
};

describe('an answer that breaks its contract', () => {
  it.each([
    ['a field is missing', { status: 200, body: { id: 'a', maker: {} }, etag: 1 }, 'maker.name: invalid_type'],
    ['a field is of another type', { status: 200, body: { id: 1, maker: { name: 'b' } }, etag: 1 }, 'id: invalid_type'],
    [
      'there is a field too many',
      { status: 200, body: { id: 'a', maker: { name: 'b' }, cost: 3 }, etag: 1 },
      '(whole): unrecognized_keys',
    ],
    ['its status is not declared', { status: 201, body: {} }, 'status 201 is not declared'],
    ['a header is missing', { status: 200, body: { id: 'a', maker: { name: 'b' } } }, 'header etag is missing'],
    ['its problem is not declared', { problem: 'unheard-of' }, 'problem unheard-of is not declared'],
  ])('is a 500 and logged with the field: %s', async (_, answer, violation) => {
    const { status, body } = await answerOf(() => answer);
    expect([status, body]).toEqual([500, internal]);
    const [line] = logs.filter(({ level }) => level === 'error');
    expect((line?.['error'] as { message: string }).message).toBe(
      `The response of odd GetOdd breaks its contract: ${violation}`,
    );
  });
});

describe('an error', () => {
  it('an unexpected error is a 500 without details, and is logged with its cause', async () => {
    const { status, body } = await answerOf(() => {
      throw new Error('the password is 1234', { cause: new Error('disk full') });
    });
    expect([status, body]).toEqual([500, internal]);
    expect(logs.find(({ level }) => level === 'error')).toMatchObject({
      message: 'request failed',
      resource: '/v1/odd',
      error: { message: 'the password is 1234', stack: expect.any(String), cause: { message: 'disk full' } },
    });
  });

  it('of a change that lost against others is a 409', async () => {
    const answer = await answerOf(() => {
      throw new Conflict('Lost.');
    });
    expect(typeOf(answer)).toEqual([409, 'urn:dure:problem:concurrent-change']);
  });

  it('that is declared has its own type, title and detail', async () => {
    const { body } = await answerOf(() => ({ problem: 'known', detail: 'Because.' }));
    expect(body).toEqual({
      type: 'urn:dure:problem:known',
      title: 'Known',
      status: 409,
      detail: 'Because.',
      instance: '/v1/odd',
    });
  });

  it('of an endpoint that takes a key without a table is ours', async () => {
    const Keyed = endpoint('odd', { ...shape, method: 'POST', idempotencyKey: 'required' });
    const route = http(Keyed, {
      run: () => Promise.resolve({}),
      answer: () => reply(200, { id: 'a', maker: { name: 'b' } }),
    });
    const request = { method: 'POST', resource: '/v1/odd', headers: { 'Idempotency-Key': 'k' } };
    expect((await call(api({ checks: {} }, [route]), request)).status).toBe(500);
  });
});

describe('every answer', () => {
  const good = () => ({ status: 200, body: { id: 'a', maker: { name: 'b' } }, etag: 7 });
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736';

  it('continues the correlation and the trace, with its own span', async () => {
    const correlation = randomUUID();
    const headers = { 'X-Correlation-Id': correlation, traceparent: `00-${trace}-00f067aa0ba902b7-01` };
    const answer = await answerOf(good, { headers });
    expect(answer.headers['x-correlation-id']).toBe(correlation);
    expect(answer.headers['traceparent']).toMatch(new RegExp(`^00-${trace}-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$`));
    expect(logs.find(({ message }) => message === 'request')).toMatchObject({
      correlationId: correlation,
      status: 200,
    });
  });

  it('begins new ones if they are not valid', async () => {
    const answer = await answerOf(good, { headers: { 'x-correlation-id': '<script>', traceparent: '00-0-0-00' } });
    expect(answer.headers['x-correlation-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.headers['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });

  it('has links that its caller can follow, whatever stands before the path', async () => {
    const _links = { self: { href: '/v1/odd' }, docs: { href: 'https://example.com/v1/odd' } };
    const Linked = endpoint('odd', {
      ...shape,
      responses: {
        201: { description: 'ok', body: z.object({ _links: Links, data: z.unknown() }), headers: ['location'] },
      },
    });
    const data = { _links: { a: null, b: 1, c: { href: 7 } } };
    const route = http(Linked, {
      run: () => Promise.resolve(undefined),
      answer: () => reply(201, { _links, data }, { headers: { location: '/v1/odd' } }),
    });
    const linked = api({ checks: {} }, [route]);
    const from = async (path: string | undefined) => {
      const event = proxyEvent({ resource: '/v1/odd' });
      const { headers = {}, body } = await linked(
        { ...event, requestContext: { ...event.requestContext, ...(path !== undefined && { path }) } },
        lambdaContext,
      );
      return [headers['location'], JSON.parse(body)] as const;
    };
    for (const [before, path, href] of [
      ['', '/prod/v1/odd', '/prod/v1/odd'],
      ['', '/shop/odd/local/v1/odd', '/shop/odd/local/v1/odd'],
      ['', '/v1/odd', '/v1/odd'],
      ['', undefined, '/v1/odd'],
      ['/odd', '/local/v1/odd', '/odd/local/v1/odd'],
      ['/odd', '/api/odd/v1/odd', '/api/odd/v1/odd'],
    ] as const) {
      process.env['DURE_PATH_PREFIX'] = before;
      expect(await from(path)).toEqual([href, { _links: { ..._links, self: { href } }, data }]);
    }
    delete process.env['DURE_PATH_PREFIX'];
  });

  it.each([
    ['final', () => ({ problem: 'known' }), undefined],
    ['worth a retry', () => Promise.reject(new Conflict('lost')), '1'],
    ['worth a retry', () => Promise.reject(new HttpProblem('idempotency-key-in-use')), '1'],
  ])('with 409 says whether it is final: %s', async (_, answer, retryAfter) => {
    const { status, headers } = await answerOf(answer);
    expect([status, headers['retry-after']]).toEqual([409, retryAfter]);
  });

  it('links a problem to its page, where the deployment says where pages are', async () => {
    const linkOf = async (answer: () => unknown): Promise<unknown> => (await answerOf(answer as never)).headers['link'];
    try {
      expect(await linkOf(() => ({ problem: 'known' }))).toBeUndefined();
      process.env['DOCS_URL'] = '/registry/local/docs';
      expect(await linkOf(() => ({ problem: 'known' }))).toBe('</registry/local/docs/problems/known>; rel="help"');
      expect(await linkOf(() => ({ status: 299 }))).toBe('</registry/local/docs/problems/internal-error>; rel="help"');
      expect(await linkOf(good)).toBeUndefined();
    } finally {
      delete process.env['DOCS_URL'];
    }
  });

  it.each([
    ['good', good],
    ['bad', () => ({ problem: 'known' })],
  ])('%s or bad has the usual headers', async (_, answer) => {
    expect((await answerOf(answer)).headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'strict-transport-security': expect.stringContaining('max-age='),
      'access-control-allow-origin': '*',
      // Nothing here is asked for with cookies, so that this means every header.
      'access-control-expose-headers': '*',
    });
  });

  it('names the request as its caller does, and writes the name to the log; any other has one made', async () => {
    const named = await answerOf(good, { headers: { 'X-Request-Id': 'checkout-7f3a' } });
    expect(named.headers['x-request-id']).toBe('checkout-7f3a');
    expect(logs.find(({ message }) => message === 'request')).toMatchObject({
      requestId: 'checkout-7f3a',
      // By which the access log has it.
      gatewayRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    for (const odd of ['', 'a b', 'x\r\nset-cookie: a=b', 'x'.repeat(129), '<script>']) {
      expect((await answerOf(good, { headers: { 'x-request-id': odd } })).headers['x-request-id']).toMatch(
        /^[0-9a-f-]{36}$/,
      );
    }
  });

  it('is counted as a metric with its operation and outcome', async () => {
    await answerOf(good);
    await answerOf(() => ({ problem: 'known' }));
    await answerOf(() => ({ status: 299 }));
    const counted = logs.filter(({ message }) => message === 'request');
    expect(counted.every(({ duration }) => typeof duration === 'number')).toBe(true);
    expect(counted.map(({ operation, outcome }) => [operation, outcome])).toEqual([
      ['GetOdd', 'ok'],
      ['GetOdd', 'refused'],
      ['GetOdd', 'error'],
    ]);
  });

  it('to a warm-up is at once and without a log', async () => {
    const warm = { source: 'serverless-plugin-warmup' } as never;
    expect(await handler(warm, lambdaContext)).toBe('warm');
    expect(logs).toEqual([]);
  });
});

describe('the health', () => {
  const route: Route = { endpoint: GetOdd, handle: () => Promise.reject(new Error('not called')) };
  const health = (checks: Record<string, () => Promise<unknown>>) =>
    call(api({ checks }, [route]), { resource: '/v1/health' });
  const fine = () => Promise.resolve();

  it('is ok while every dependency is', async () => {
    expect(await health({ table: fine, bus: fine })).toMatchObject({
      status: 200,
      body: { status: 'ok', dependencies: { table: { status: 'ok' }, bus: { status: 'ok' } } },
    });
  });

  it('is 503 when one fails, named by the kind of its error alone', async () => {
    const answer = await health({ table: fine, bus: () => Promise.reject(new RangeError('secret host')) });
    expect(answer).toMatchObject({
      status: 503,
      body: { status: 'failing', dependencies: { table: { status: 'ok' } } },
    });
    expect(answer.body['dependencies']).toMatchObject({ bus: { status: 'failing', reason: 'RangeError' } });
    expect(JSON.stringify(answer.body)).not.toContain('secret');
  });

  it('is 503 when one throws instead of rejecting', async () => {
    const throws = () => {
      throw new TypeError('broken');
    };
    expect(await health({ table: throws })).toMatchObject({ status: 503 });
  });

  it('is 503 when one does not answer in time', async () => {
    const answer = await health({ table: fine, bus: () => new Promise(() => undefined) });
    expect(answer).toMatchObject({
      status: 503,
      body: { dependencies: { bus: { status: 'failing', reason: 'Error' } } },
    });
  });

  it('has its release beside it', async () => {
    const version = await call(api({ checks: {} }, [route]), { resource: '/v1/version' });
    expect(version).toMatchObject({ status: 200, body: { service: 'odd', runtime: process.version } });
  });
});

describe('how long a caller waits, and which try it makes', () => {
  const patient = http(
    endpoint('things', {
      ...{ name: 'GetPatience', method: 'GET', path: '/patience', version: 1, summary: 'For tests' },
      ...{ access: 'public', example: {} },
      responses: {
        200: { description: 'It', body: z.strictObject({ waits: z.boolean(), attempt: z.optional(z.int()) }) },
      },
    }),
    {
      run: (_, { until, attempt }) => Promise.resolve({ waits: until !== undefined, attempt }),
      answer: (said) => reply(200, said),
    },
  );
  const heard = async (caller?: TestRequest['caller']) => {
    const headers = { 'x-dure-time-left': '0', 'x-dure-attempt': '2' };
    return (await call(api({}, [patient]), { resource: patient.endpoint.fullPath, headers, ...(caller && { caller }) }))
      .body;
  };
  const mina = { subject: 'c-1001', scopes: [], roles: ['customer'] };

  it.each([
    ['for its caller', { ...mina, actor: 'gateway' }],
    ['in its own name', { subject: 'gateway', scopes: [], roles: ['service'] }],
  ])('is heard from a service, %s', async (_, service) => {
    expect(await heard(service)).toEqual({ waits: true, attempt: 2 });
  });

  it('is heard from nobody else: no client may have an answer be late by its own wish', async () => {
    expect(await heard()).toEqual({ waits: false });
    expect(await heard(mina)).toEqual({ waits: false });
  });
});

describe('an API with a limit', () => {
  const worked: string[] = [];
  const counted = http(
    endpoint('things', {
      ...{ name: 'GetCounted', method: 'GET', path: '/counted', version: 1, summary: 'For tests' },
      ...{ access: 'public', example: {} },
      responses: { 200: { description: 'Nothing', body: z.strictObject({}) } },
    }),
    { run: () => Promise.resolve(worked.push('run')), answer: () => reply(200, {}) },
  );
  const refused = { code: 'too-many-requests', status: 429, title: 'Too many', retryAfterSeconds: 7 };
  const asked = (limit: Parameters<typeof api>[0]['limit']) =>
    call(api({ ...(limit && { limit }) }, [counted]), { resource: counted.endpoint.fullPath });

  it('adds what counting says to the answer, and refuses as any other problem, with a line in the log', async () => {
    const headers = { ratelimit: '"minute";r=0' };
    expect(await asked(() => ({ headers }))).toMatchObject({ status: 200, headers });
    expect(await asked(() => Promise.resolve({ headers }))).toMatchObject({ status: 200, headers });
    expect((await asked(() => undefined)).headers).not.toHaveProperty('ratelimit');
    logs.length = 0;
    expect(await asked(() => Promise.resolve({ headers, refused }))).toMatchObject({
      status: 429,
      headers: { ...headers, 'retry-after': '7', 'x-request-id': expect.any(String), 'cache-control': 'no-store' },
      body: { type: 'urn:dure:problem:too-many-requests', instance: '/v1/counted' },
    });
    expect(logs).toContainEqual(
      expect.objectContaining({ message: 'request', status: 429, operation: 'GetCounted', outcome: 'refused' }),
    );
  });

  it('leaves no work behind when it refuses: an environment freezes after its answer', async () => {
    let isDone = false;
    const slow = http(counted.endpoint, {
      run: async () => {
        await setTimeout(20);
        isDone = true;
      },
      answer: () => reply(200, {}),
    });
    const limit = () => Promise.resolve({ headers: {}, refused });
    expect(await call(api({ limit }, [slow]), { resource: '/v1/counted' })).toMatchObject({ status: 429 });
    expect(isDone).toBe(true);
  });

  it('does no work for what is known to be refused', async () => {
    worked.length = 0;
    await asked(() => ({ headers: {}, refused }));
    expect(worked).toEqual([]);
  });
});
