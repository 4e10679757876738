import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { InvokeResult } from '../../../src/shared/types.ts';
import { ACCOUNT_ID, deployApi, lambdaArn, lambdaUri, ok, REGION, startGateway, type TestGateway } from './gateway.ts';

const tests: TestGateway[] = [];
let test: TestGateway;

beforeEach(async () => {
  test = await startGateway();
  tests.push(test);
});

afterAll(() => Promise.all(tests.map((each) => each.close())));

/** `GET` and `POST /items` behind an authorizer that answers `decide`. */
function deploy(authorizer: Record<string, unknown>, decide: (event: Record<string, unknown>) => InvokeResult): string {
  test.onInvoke((event, arn) => (arn === lambdaArn('auth') ? decide(event) : ok({ statusCode: 200, body: '{}' })));
  const properties: Record<string, unknown> = { AuthorizationType: 'CUSTOM' };
  return deployApi(test, {
    methods: [
      { path: '/items', method: 'GET', properties },
      { path: '/items', method: 'POST', properties },
    ],
    before(RestApiId) {
      properties['AuthorizerId'] = test.create('Authorizer', {
        ...{ RestApiId, Name: 'auth', AuthorizerUri: lambdaUri('auth') },
        ...authorizer,
      });
    },
  });
}

const TOKEN = { Type: 'TOKEN', IdentitySource: 'method.request.header.Authorization' };
const policy = (Effect: string, Resource: string, more = {}): InvokeResult =>
  ok({
    principalId: 'someone',
    policyDocument: { Version: '2012-10-17', Statement: [{ Effect, Action: 'execute-api:Invoke', Resource }] },
    ...more,
  });
const asked = (): number => test.invocations.filter(({ arn }) => arn === lambdaArn('auth')).length;
const get = (apiId: string, authorization = 'Bearer a', method = 'GET'): ReturnType<TestGateway['request']> =>
  test.request(`/${apiId}/dev/items?q=1`, {
    method,
    headers: authorization === '' ? {} : { Authorization: authorization },
  });

describe('a TOKEN authorizer (apigateway-use-lambda-authorizer.html)', () => {
  it('gets the token and the method, and what it says reaches the function', async () => {
    const apiId = deploy(TOKEN, () => policy('Allow', '*', { context: { role: 'admin', level: 3, on: true } }));
    expect(await get(apiId)).toMatchObject({ status: 200 });
    expect(test.invocations[0]).toEqual({
      arn: lambdaArn('auth'),
      event: {
        type: 'TOKEN',
        methodArn: `arn:aws:execute-api:${REGION}:${ACCOUNT_ID}:${apiId}/dev/GET/items`,
        authorizationToken: 'Bearer a',
      },
    });
    expect(test.invocations[1]!.event).toMatchObject({
      requestContext: {
        authorizer: {
          principalId: 'someone',
          role: 'admin',
          level: '3',
          on: 'true',
          integrationLatency: expect.any(Number),
        },
      },
    });
  });

  it('is asked once per token for as long as its answer is kept', async () => {
    const apiId = deploy({ ...TOKEN, AuthorizerResultTtlInSeconds: 60 }, () => policy('Allow', '*'));
    await get(apiId);
    await get(apiId, 'Bearer a', 'POST');
    expect(asked()).toBe(1);
    await get(apiId, 'Bearer b');
    expect(asked()).toBe(2);
    test.clock.now += 60_000;
    await get(apiId);
    expect(asked()).toBe(3);
  });

  it('is asked each time where nothing is kept', async () => {
    const apiId = deploy({ ...TOKEN, AuthorizerResultTtlInSeconds: 0 }, () => policy('Allow', '*'));
    await get(apiId);
    await get(apiId);
    expect(asked()).toBe(2);
  });

  it('has a policy that is looked at for each call, kept or not', async () => {
    const apiId = deploy(TOKEN, ({ methodArn }) => policy('Allow', String(methodArn)));
    expect(await get(apiId)).toMatchObject({ status: 200 });
    const refused = await get(apiId, 'Bearer a', 'POST');
    expect(refused).toMatchObject({ status: 403, headers: { 'x-amzn-errortype': 'AccessDeniedException' } });
    expect(refused.json()).toEqual({ Message: 'User is not authorized to access this resource' });
    expect(asked()).toBe(1);
  });

  it('refuses by a Deny, and by the error "Unauthorized"', async () => {
    const apiId = deploy(TOKEN, ({ authorizationToken }) =>
      authorizationToken === 'deny'
        ? policy('Deny', '*')
        : { ok: false, errorType: 'Error', errorMessage: String(authorizationToken) },
    );
    const denied = await get(apiId, 'deny');
    expect(denied).toMatchObject({ status: 403 });
    expect(denied.json()).toEqual({ Message: 'User is not authorized to access this resource with an explicit deny' });
    expect(await get(apiId, 'Unauthorized')).toMatchObject({ status: 401 });
    expect(await get(apiId, 'anything else')).toMatchObject({
      status: 500,
      headers: { 'x-amzn-errortype': 'AuthorizerFailureException' },
    });
  });

  it('is not asked without a token, or with one that does not fit', async () => {
    const apiId = deploy({ ...TOKEN, IdentityValidationExpression: 'Bearer .+' }, () => policy('Allow', '*'));
    for (const token of ['', 'Basic a']) expect(await get(apiId, token)).toMatchObject({ status: 401 });
    expect(asked()).toBe(0);
    expect(await get(apiId)).toMatchObject({ status: 200 });
  });

  it.each([
    ['nothing', ok(null)],
    ['no policy', ok({ principalId: 'x' })],
    ['a policy that is none', ok({ principalId: 'x', policyDocument: { Statement: 'x' } })],
    ['a context that is not flat', policy('Allow', '*', { context: { a: {} } })],
  ])('is misconfigured when it answers %s', async (_name, answer) => {
    const apiId = deploy(TOKEN, () => answer);
    expect(await get(apiId)).toMatchObject({
      status: 500,
      headers: { 'x-amzn-errortype': 'AuthorizerConfigurationException' },
    });
  });
});

describe('a REQUEST authorizer (apigateway-use-lambda-authorizer.html)', () => {
  const REQUEST = {
    Type: 'REQUEST',
    IdentitySource: 'method.request.header.Authorization, method.request.querystring.q',
  };

  it('gets the request without its body, and is asked once per identity', async () => {
    const apiId = deploy(REQUEST, () => policy('Allow', '*'));
    await get(apiId);
    await get(apiId, 'Bearer a', 'POST');
    expect(asked()).toBe(1);
    const { event } = test.invocations[0]!;
    expect(event).toMatchObject({
      type: 'REQUEST',
      resource: '/items',
      httpMethod: 'GET',
      headers: { Authorization: 'Bearer a' },
      queryStringParameters: { q: '1' },
      requestContext: { apiId, stage: 'dev' },
    });
    expect(event).not.toHaveProperty('body');
  });

  it('is not asked when an identity source is missing', async () => {
    const apiId = deploy(REQUEST, () => policy('Allow', '*'));
    expect(await get(apiId, '')).toMatchObject({ status: 401 });
    expect(asked()).toBe(0);
  });
});

it('an authorizer may name the API key (api-gateway-api-key-source.html)', async () => {
  const value = 'the-key-of-the-authorizer';
  test.onInvoke((_event, arn) =>
    arn === lambdaArn('auth') ? policy('Allow', '*', { usageIdentifierKey: value }) : ok({ statusCode: 200 }),
  );
  const properties: Record<string, unknown> = { AuthorizationType: 'CUSTOM', ApiKeyRequired: true };
  const apiId = deployApi(test, {
    api: { ApiKeySourceType: 'AUTHORIZER' },
    methods: [{ path: '/items', method: 'GET', properties }],
    before(RestApiId) {
      const authorizer = { RestApiId, Name: 'auth', AuthorizerUri: lambdaUri('auth'), ...TOKEN };
      properties['AuthorizerId'] = test.create('Authorizer', authorizer);
    },
  });
  expect(await get(apiId)).toMatchObject({ status: 403 });
  const planId = test.create('UsagePlan', { ApiStages: [{ ApiId: apiId, Stage: 'dev' }] });
  const keyId = test.create('ApiKey', { Value: value, Enabled: true });
  test.create('UsagePlanKey', { KeyId: keyId, KeyType: 'API_KEY', UsagePlanId: planId });
  expect(await get(apiId)).toMatchObject({ status: 200 });
});
