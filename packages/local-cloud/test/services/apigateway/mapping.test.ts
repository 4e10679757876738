import { afterEach, describe, expect, it } from '@jest/globals';
import { deployApi, lambdaArn, lambdaUri, type MethodSpec, ok, startGateway, type TestGateway } from './gateway.ts';

let test: TestGateway;

afterEach(() => test.close());

const JSON_TYPE = { 'Content-Type': 'application/json' };
const DEFAULT = { StatusCode: '200' };

/** Calls the function `api` by mapping templates. */
const mapped = (Integration: object): object => ({
  Integration: {
    Type: 'AWS',
    IntegrationHttpMethod: 'POST',
    Uri: lambdaUri('api'),
    IntegrationResponses: [DEFAULT],
    ...Integration,
  },
});

async function start(
  ...methods: [path: string, properties: object][]
): Promise<(path: string, sent?: object) => ReturnType<TestGateway['request']>> {
  test = await startGateway();
  const apiId = deployApi(test, {
    methods: methods.map(([path, properties]): MethodSpec => ({
      path,
      method: 'POST',
      properties: properties as Record<string, unknown>,
    })),
    stage: { Variables: { colour: 'blue' } },
  });
  return (path, sent = {}) =>
    test.request(`/${apiId}/dev${path}`, { method: 'POST', headers: JSON_TYPE, body: '{}', ...sent });
}

describe('what a function is called with (how-to-custom-integrations.html)', () => {
  it('is what the template of the media type makes of the request', async () => {
    const template = `{ "id": "$input.params('id')", "q": "$input.params('q')", "agent": "$input.params().header.get('User-Agent')",
      "name": $input.json('$.name'), "stage": "$context.stage", "ip": "$context.identity.sourceIp",
      "path": "$context.resourcePath", "colour": "$stageVariables.colour" }`;
    const post = await start(['/items/{id}', mapped({ RequestTemplates: { 'application/json': template } })]);
    test.onInvoke((event) => ok(event));
    const answer = await post('/items/7?q=x', {
      headers: { ...JSON_TYPE, 'User-Agent': 'test/1' },
      body: '{"name":"Ada"}',
    });
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' } });
    const expected = { id: '7', q: 'x', agent: 'test/1', name: 'Ada', stage: 'dev', ip: '127.0.0.1' };
    expect(answer.json()).toEqual({ ...expected, path: '/items/{id}', colour: 'blue' });
  });

  it('is the body where no template is for it, unless that is refused', async () => {
    const RequestTemplates = { 'application/json': '{"by": "template"}' };
    const post = await start(
      ['/a', mapped({ RequestTemplates })],
      ['/b', mapped({ RequestTemplates, PassthroughBehavior: 'NEVER' })],
      ['/c', mapped({ PassthroughBehavior: 'WHEN_NO_TEMPLATES' })],
    );
    const text = { headers: { 'Content-Type': 'text/plain' }, body: '{"by":"client"}' };
    expect((await post('/a')).status).toBe(200);
    expect((await post('/a', text)).status).toBe(200);
    expect((await post('/b', text)).status).toBe(415);
    expect((await post('/c', text)).status).toBe(200);
    expect((await post('/c', { body: '' })).status).toBe(200);
    expect(test.invocations.map(({ event }) => event)).toEqual([
      { by: 'template' },
      { by: 'client' },
      { by: 'client' },
      {},
    ]);
  });

  it('has to be JSON', async () => {
    const post = await start(
      ['/a', mapped({ RequestTemplates: { 'application/json': '{"a": $input.path("$.a")}' } })],
      ['/b', mapped({})],
    );
    for (const [path, body] of [
      ['/a', '{"a":"x"}'],
      ['/b', 'text'],
    ] as const) {
      const answer = await post(path, { body });
      expect(answer.status).toBe(400);
      expect(answer.json()).toEqual({ message: expect.stringMatching(/^Could not parse request body into json/) });
    }
    expect((await post('/a', { body: `{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}` })).status).toBe(400);
    expect(test.invocations).toEqual([]);
  });
});

describe('the answer', () => {
  const RESPONSES = [
    { ...DEFAULT, ResponseTemplates: { 'application/json': '{"said": $input.json("$.text")}' } },
    {
      StatusCode: '404',
      SelectionPattern: '[\\s\\S]*\\[404\\][\\s\\S]*',
      ResponseParameters: {
        'method.response.header.X-Kind': "'none'",
        'method.response.header.X-Type': 'integration.response.body.errorType',
        'method.response.header.X-Stage': 'context.stage',
        'method.response.header.X-Nothing': 'integration.response.body.nothing',
      },
    },
  ];

  it('is of the response whose pattern the error matches, and of the one without for the rest', async () => {
    const post = await start(['/a', mapped({ IntegrationResponses: RESPONSES })]);
    test.onInvoke(() => ok({ text: 'hello' }));
    expect((await post('/a')).json()).toEqual({ said: 'hello' });
    test.onInvoke(() => ({ ok: false, errorType: 'Missing', errorMessage: '[404] none\nof these' }));
    const missing = await post('/a');
    expect(missing).toMatchObject({
      status: 404,
      headers: { 'x-kind': 'none', 'x-type': 'Missing', 'x-stage': 'dev' },
    });
    expect(missing.headers).not.toHaveProperty('x-nothing');
    expect(missing.json()).toEqual({ errorType: 'Missing', errorMessage: '[404] none\nof these' });
    test.onInvoke(() => ({ ok: false, errorType: 'Error', errorMessage: 'other' }));
    expect(await post('/a')).toMatchObject({ status: 200 });
  });

  it('is 500 where no response is for it, or the function cannot be called', async () => {
    const post = await start(['/a', mapped({ IntegrationResponses: RESPONSES.slice(1) })], ['/b', mapped({})]);
    expect((await post('/a')).status).toBe(500);
    test.onInvoke(() => Promise.reject(new Error('Function not found')));
    expect((await post('/b')).status).toBe(500);
  });

  it('is what its template overrides', async () => {
    const template = `#if($input.path('$.text') == 'teapot')#set($context.responseOverride.status = 418)
      #set($context.responseOverride.header.X-Own = 'pot')#end $input.json('$')`;
    const post = await start([
      '/a',
      mapped({ IntegrationResponses: [{ ...DEFAULT, ResponseTemplates: { 'application/json': template } }] }),
    ]);
    test.onInvoke(() => ok({ text: 'teapot' }));
    expect(await post('/a')).toMatchObject({ status: 418, headers: { 'x-own': 'pot' } });
  });
});

it('does not wait for a function that is invoked asynchronously', async () => {
  const header = 'integration.request.header.X-Amz-Invocation-Type';
  const post = await start(
    ['/a', mapped({ RequestParameters: { [header]: "'Event'" } })],
    ['/b', mapped({ RequestParameters: { [header]: 'method.request.header.InvocationType' } })],
  );
  const answer = await post('/a', { body: '{"a":1}' });
  expect([answer.status, answer.body.length]).toEqual([200, 0]);
  expect(test.asynchronous).toEqual([{ arn: lambdaArn('api'), event: { a: 1 } }]);
  await post('/b', { headers: { ...JSON_TYPE, InvocationType: 'Event' } });
  expect([test.asynchronous.length, test.invocations.length]).toEqual([2, 0]);
  await post('/b');
  expect([test.asynchronous.length, test.invocations.length]).toEqual([2, 1]);
});

it('lets a MOCK choose its status by a template', async () => {
  const Integration = {
    Type: 'MOCK',
    RequestTemplates: { 'application/json': `{"statusCode": #if($input.params('fail') == 'yes')500#{else}200#end}` },
    IntegrationResponses: [
      { ...DEFAULT, ResponseTemplates: { 'application/json': '{"path": "$context.path"}' } },
      { StatusCode: '500', SelectionPattern: '5\\d\\d' },
    ],
  };
  const post = await start(['/a', { Integration }]);
  expect((await post('/a')).json()).toEqual({ path: '/dev/a' });
  expect((await post('/a?fail=yes')).status).toBe(500);
});
