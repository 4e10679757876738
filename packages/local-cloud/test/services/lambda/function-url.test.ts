import { createServer, request as httpRequest, type IncomingHttpHeaders, type Server } from 'node:http';
import { DatabaseSync } from 'node:sqlite';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type InvokeOptions, type InvokeResult, TooManyRequestsException } from '@dure/lambda-runtime';
import { createFunctionUrls, type FunctionUrls } from '../../../src/services/lambda/url/index.ts';
import { createIam } from '../../../src/services/iam/index.ts';
import { signedHeaders } from '../sign.ts';
import { ACCOUNT_ID, lambdaArn, ok, REGION } from '../apigateway/gateway.ts';

type Event = Record<string, unknown>;
type Answer = (event: Event, options: InvokeOptions) => InvokeResult | Promise<InvokeResult>;

const PRELUDE = 'application/vnd.awslambda.http-integration-response';
const invocations: { arn: string; event: Event }[] = [];
let onInvoke: Answer;
let urls: FunctionUrls;
let server: Server;

beforeEach(async () => {
  invocations.length = 0;
  onInvoke = () => ok({ hello: 'world' });
  urls = createFunctionUrls({
    iam: createIam({ database: new DatabaseSync(':memory:'), accountId: ACCOUNT_ID, region: REGION }),
    ...{ database: new DatabaseSync(':memory:'), accountId: ACCOUNT_ID, region: REGION },
    callers: { hosts: [], origins: [] },
    now: () => Date.UTC(2026, 0, 14, 12),
    async invoke(arn, payload, options) {
      const event = JSON.parse(JSON.stringify(payload)) as Event;
      invocations.push({ arn, event });
      return onInvoke(event, options);
    },
  });
  server = createServer((request, response) => {
    urls.answer(request, response).then(
      (answered) => void (answered || response.end('not a URL')),
      () => response.destroy(),
    );
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
});

afterEach(() => new Promise((resolve) => server.close(resolve)));

/** Makes a URL and answers where it is here. */
function create(more: object = {}): string {
  const properties = { TargetFunctionArn: lambdaArn('api'), AuthType: 'NONE', ...more };
  const { ref, attributes } = urls.resourceTypes['AWS::Lambda::Url']!.create({ properties });
  expect(attributes['FunctionArn']).toBe(ref);
  const [, id] = /^https:\/\/([a-z0-9]{32})\.lambda-url\.us-east-1\.on\.aws\/$/.exec(attributes['FunctionUrl']!)!;
  return `/_aws/lambda-url/${id}`;
}

interface Sent {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

async function send(path: string, { method = 'GET', headers = {}, body }: Sent = {}) {
  const { port } = server.address() as { port: number };
  return new Promise<{ status: number; headers: IncomingHttpHeaders; body: string }>((resolve, reject) => {
    const request = httpRequest({ port, host: '127.0.0.1', path, method, headers, agent: false }, (response) => {
      buffer(response).then((content) => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: content.toString('utf8') });
      }, reject);
    });
    request.once('error', reject);
    request.end(body);
  });
}

describe('the event (urls-invocation.html)', () => {
  it('is payload format 2.0, with the path as it was sent', async () => {
    const url = create();
    const headers = { 'Content-Type': 'application/json', Cookie: 'a=1' };
    const { headers: answered } = await send(`${url}/pa%2Fth/1?q=a&q=b`, {
      method: 'POST',
      headers,
      body: '{"foo":1}',
    });
    const { arn, event } = invocations[0]!;
    expect(arn).toBe(lambdaArn('api'));
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: '$default',
      rawPath: '/pa%2Fth/1',
      rawQueryString: 'q=a&q=b',
      cookies: ['a=1'],
      queryStringParameters: { q: 'a,b' },
      requestContext: {
        ...{ accountId: 'anonymous', apiId: url.split('/').at(-1), routeKey: '$default', stage: '$default' },
        http: { method: 'POST', path: '/pa%2Fth/1', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' },
        requestId: answered['x-amzn-requestid'],
      },
      body: '{"foo":1}',
      isBase64Encoded: false,
    });
  });

  it('answers binary data in base64', async () => {
    const headers = { 'Content-Type': 'multipart/form-data; boundary=b' };
    await send(create(), { method: 'POST', headers, body: '--b--' });
    expect(invocations[0]!.event).toMatchObject({ body: 'LS1iLS0=', isBase64Encoded: true });
  });
});

describe('the answer', () => {
  it.each<[string, unknown, string]>([
    ['an object', { hello: 'world' }, '{"hello":"world"}'],
    ['a text', 'hello', 'hello'],
    ['a number', 3, '3'],
    ['true', true, 'true'],
    ['a status and a body', { statusCode: 200, body: 'body123' }, 'body123'],
  ])('is JSON by its type, for %s', async (_name, payload, expected) => {
    onInvoke = () => ok(payload);
    expect(await send(create())).toMatchObject({
      ...{ status: 200, body: expected },
      headers: { 'content-type': 'application/json', 'content-length': String(expected.length) },
    });
  });

  it('is 502 for a function that failed, is not there, or answers what is none', async () => {
    const url = create();
    const answers: Answer[] = [
      () => ({ ok: false, errorType: 'Error', errorMessage: 'no' }),
      () => Promise.reject(new Error('Function not found')),
      () => ok({ statusCode: 'fine' }),
    ];
    for (const answer of answers) {
      onInvoke = answer;
      expect(await send(url)).toMatchObject({ status: 502, body: 'Internal Server Error' });
    }
  });

  it('is 403 where there is no such URL', async () => {
    expect(await send('/_aws/lambda-url/none/')).toMatchObject({
      status: 403,
      headers: { 'x-amzn-errortype': 'AccessDeniedException' },
      body: expect.stringMatching(/^\{"Message":"Forbidden\. For troubleshooting/),
    });
    expect((await send('/other')).body).toBe('not a URL');
  });
});

describe('a stream', () => {
  const head = (given: object) => Buffer.concat([Buffer.from(JSON.stringify(given)), Buffer.alloc(8)]);

  it('goes out as it is written', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    onInvoke = async (_event, { sink }) => {
      sink!.begin('text/event-stream');
      sink!.write(Buffer.from('first'));
      await promise;
      sink!.write(Buffer.from(', last'));
      return { ok: true, payload: undefined };
    };
    const { port } = server.address() as { port: number };
    const answer = await fetch(`http://127.0.0.1:${port}${create({ InvokeMode: 'RESPONSE_STREAM' })}`);
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    const reader = answer.body!.getReader();
    expect(Buffer.from((await reader.read()).value!).toString()).toBe('first');
    resolve();
    expect(Buffer.from((await reader.read()).value!).toString()).toBe(', last');
  });

  it.each(['RESPONSE_STREAM', 'BUFFERED'])('has its status first, cut where it may be: %s', async (InvokeMode) => {
    const bytes = Buffer.concat([
      head({ statusCode: 418, headers: { 'x-a': 'b' }, cookies: ['c=1'] }),
      Buffer.from('tea'),
    ]);
    onInvoke = (_event, { sink }) => {
      sink!.begin(PRELUDE);
      for (const byte of bytes) sink!.write(Uint8Array.of(byte));
      return { ok: true, payload: undefined };
    };
    expect(await send(create({ InvokeMode }))).toMatchObject({
      ...{ status: 418, body: 'tea', headers: { 'x-a': 'b', 'set-cookie': ['c=1'] } },
    });
  });

  it('is cut off where the function fails after it began', async () => {
    onInvoke = (_event, { sink }) => {
      sink!.begin('text/plain');
      sink!.write(Buffer.from('half'));
      return { ok: false, errorType: 'Error', errorMessage: 'no' };
    };
    await expect(send(create({ InvokeMode: 'RESPONSE_STREAM' }))).rejects.toThrow();
  });

  it('is a whole answer where the handler streams nothing', async () => {
    expect(await send(create({ InvokeMode: 'RESPONSE_STREAM' }))).toMatchObject({
      status: 200,
      body: '{"hello":"world"}',
    });
  });
});

it('says 429 where as many run as may', async () => {
  onInvoke = () => Promise.reject(new TooManyRequestsException('ReservedFunctionConcurrentInvocationLimitExceeded'));
  expect(await send(create())).toMatchObject({
    status: 429,
    headers: { 'x-amzn-errortype': 'TooManyRequestsException' },
    body: JSON.stringify({
      Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
      ...{ Type: 'User', message: 'Rate Exceeded.' },
    }),
  });
});

describe('AuthType AWS_IAM', () => {
  it('takes signed requests only, and says who signed', async () => {
    const url = create({ AuthType: 'AWS_IAM' });
    expect((await send(url)).status).toBe(403);
    const signing = { url, at: Date.UTC(2026, 0, 14, 12), service: 'lambda' };
    expect((await send(url, { headers: await signedHeaders({ ...signing, secret: 'wrong' }) })).status).toBe(403);
    expect((await send(url, { headers: await signedHeaders({ ...signing, service: 'execute-api' }) })).status).toBe(
      403,
    );
    expect(invocations).toEqual([]);
    expect((await send(url, { headers: await signedHeaders(signing) })).status).toBe(200);
    expect(invocations[0]!.event).toMatchObject({
      requestContext: { accountId: ACCOUNT_ID, authorizer: { iam: { accessKey: 'local' } } },
    });
  });
});

describe('Cors', () => {
  const Cors = { AllowOrigins: ['https://shop.example'], AllowMethods: ['GET'], MaxAge: 60 };
  const Origin = 'https://shop.example';

  it('answers preflight requests, and puts its headers in the place of those of the function', async () => {
    const url = create({ Cors });
    const preflight = { method: 'OPTIONS', headers: { Origin, 'Access-Control-Request-Method': 'GET' } };
    expect(await send(url, preflight)).toMatchObject({
      status: 200,
      headers: { 'access-control-allow-origin': Origin, 'access-control-allow-methods': 'GET' },
    });
    expect(invocations).toEqual([]);
    onInvoke = () => ok({ statusCode: 200, headers: { 'Access-Control-Allow-Origin': '*' } });
    expect((await send(url, { headers: { Origin } })).headers['access-control-allow-origin']).toBe(Origin);
  });

  it('lets no page of another origin in, and leaves it to the function where it is not set', async () => {
    const headers = { Origin: 'https://evil.example' };
    expect((await send(create({ Cors }), { headers })).status).toBe(403);
    expect((await send(create({ TargetFunctionArn: lambdaArn('other') }), { headers })).status).toBe(200);
  });
});

describe('the resource', () => {
  const type = () => urls.resourceTypes['AWS::Lambda::Url']!;

  it('keeps its address when it changes, and is gone when it is removed', async () => {
    const url = create({ TargetFunctionArn: 'api', Qualifier: 'live' });
    await send(url);
    expect(invocations[0]!.arn).toBe(lambdaArn('api:live'));
    const properties = { TargetFunctionArn: 'api', Qualifier: 'live', AuthType: 'AWS_IAM' };
    const { attributes } = type().update(lambdaArn('api:live'), properties);
    expect(attributes['FunctionUrl']).toContain(url.split('/').at(-1));
    expect((await send(url)).status).toBe(403);
    type().remove({ physicalId: lambdaArn('api:live'), properties });
    expect(urls.describe()).toEqual([]);
  });

  it.each<[string, object]>([
    ['AuthType is NONE or AWS_IAM', { AuthType: 'JWT' }],
    ['InvokeMode is BUFFERED or RESPONSE_STREAM', { InvokeMode: 'UNKNOWN' }],
    ['the property Colour is not supported', { Colour: 'blue' }],
    ['AllowOrigins has shop.example', { Cors: { AllowOrigins: ['shop.example'] } }],
  ])('is refused: %s', (message, more) => {
    expect(() => create(more)).toThrow(message);
  });

  it('is one a function', () => {
    create();
    expect(() => create()).toThrow('has a URL already');
  });
});
