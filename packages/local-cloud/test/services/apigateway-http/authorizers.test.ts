import { createServer, type Server } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, type GenerateKeyPairResult, SignJWT } from 'jose';
import { ACCOUNT_ID, lambdaArn, lambdaUri, ok, REGION } from '../apigateway/gateway.ts';
import { signedHeaders } from '../sign.ts';
import { startApi, type TestApi } from './http-api.ts';

let test: TestApi;

afterEach(() => test.close());

const eventOf = (): Record<string, unknown> => test.invocations.at(-1)!.event;
const statusOf = async (path: string, headers: Record<string, string> = {}) =>
  (await test.request(path, { headers })).status;

describe('a JWT authorizer (http-api-jwt-authorizer.html)', () => {
  let issuer: string;
  let server: Server;
  let keys: GenerateKeyPairResult;
  let strangers: GenerateKeyPairResult;
  const asked: string[] = [];

  beforeAll(async () => {
    keys = await generateKeyPair('RS256');
    strangers = await generateKeyPair('RS256');
    const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' };
    server = createServer(({ url = '' }, response) => {
      asked.push(url);
      const isDiscovery = url === '/pool/.well-known/openid-configuration';
      const body = isDiscovery ? { issuer, jwks_uri: `${issuer}/keys` } : { keys: [jwk] };
      response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    issuer = `http://127.0.0.1:${(server.address() as { port: number }).port}/pool`;
  });

  afterAll(() => new Promise((resolve) => server.close(resolve)));

  async function start(): Promise<void> {
    test = await startApi();
    const AuthorizerId = test.create('Authorizer', {
      ...{ Name: 'jwt', AuthorizerType: 'JWT', IdentitySource: ['$request.header.Authorization'] },
      JwtConfiguration: { Issuer: issuer, Audience: ['shop', 'admin'] },
    });
    const secured = { AuthorizationType: 'JWT', AuthorizerId };
    test.route('GET /a', secured);
    test.route('GET /b', { ...secured, AuthorizationScopes: ['orders/read', 'orders/write'] });
    test.route('GET /c', secured, '1.0');
  }

  interface Given {
    readonly claims?: object;
    readonly iss?: string;
    readonly key?: GenerateKeyPairResult['privateKey'];
    readonly expiresIn?: number;
  }

  const token = ({ claims = {}, iss = issuer, key = keys.privateKey, expiresIn = 60 }: Given = {}): Promise<string> =>
    new SignJWT({ sub: 'mina', client_id: 'shop', groups: ['admin', 'user'], level: 3, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
      .setIssuer(iss)
      .setIssuedAt(test.clock.now / 1000)
      .setExpirationTime(test.clock.now / 1000 + expiresIn)
      .sign(key);

  it('lets in who has a token of the issuer, and hands its claims on as text', async () => {
    await start();
    const authorization = `Bearer ${await token()}`;
    expect(await statusOf('/a', { authorization })).toBe(200);
    const claims = {
      ...{ iss: issuer, sub: 'mina', client_id: 'shop', groups: '[admin user]', level: '3' },
      ...{ iat: String(test.clock.now / 1000), exp: String(test.clock.now / 1000 + 60) },
    };
    expect(eventOf()).toMatchObject({ requestContext: { authorizer: { jwt: { claims, scopes: null } } } });
    expect(await statusOf('/c', { authorization })).toBe(200);
    expect(eventOf()).toMatchObject({ requestContext: { authorizer: { claims, scopes: null } } });
  });

  it('finds the keys by the issuer’s metadata, once', async () => {
    await start();
    asked.length = 0;
    const authorization = await token();
    expect(await statusOf('/a', { authorization })).toBe(200);
    expect(await statusOf('/a', { authorization })).toBe(200);
    expect(asked).toEqual(['/pool/.well-known/openid-configuration', '/pool/keys']);
  });

  it('wants one of the route’s scopes', async () => {
    await start();
    const withScopes = async (scope: string) => ({ authorization: await token({ claims: { scope } }) });
    expect(await statusOf('/b', await withScopes('profile orders/read'))).toBe(200);
    expect(eventOf()).toMatchObject({
      requestContext: { authorizer: { jwt: { scopes: ['profile', 'orders/read'] } } },
    });
    expect(await statusOf('/b', await withScopes('profile'))).toBe(403);
  });

  it('prefers the audience to the client', async () => {
    await start();
    expect(await statusOf('/a', { authorization: await token({ claims: { aud: 'admin', client_id: 'x' } }) })).toBe(
      200,
    );
    expect(await statusOf('/a', { authorization: await token({ claims: { aud: 'x', client_id: 'shop' } }) })).toBe(401);
  });

  it.each<[string, () => Given]>([
    ['has expired', () => ({ expiresIn: -1 })],
    ['is of another issuer', () => ({ iss: 'https://else.example' })],
    ['is signed by somebody else', () => ({ key: strangers.privateKey })],
    ['is for somebody else', () => ({ claims: { client_id: 'else' } })],
    ['is not valid yet', () => ({ claims: { nbf: test.clock.now / 1000 + 30 } })],
  ])('refuses a token that %s', async (_name, given) => {
    await start();
    const { status, headers, body } = await test.request('/a', { headers: { authorization: await token(given()) } });
    expect([status, body]).toEqual([401, '{"message":"Unauthorized"}']);
    expect(headers['www-authenticate']).toMatch(/^Bearer scope="" error="invalid_token" error_description="[^"]+"$/);
    expect(test.invocations).toEqual([]);
  });

  it('refuses who has none, or nonsense', async () => {
    await start();
    expect(await test.request('/a')).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' } });
    expect(await statusOf('/a', { authorization: 'Bearer nonsense' })).toBe(401);
  });
});

describe('a Lambda authorizer (http-api-lambda-authorizer.html)', () => {
  const start = async (more: object): Promise<void> => {
    test = await startApi();
    const AuthorizerId = test.create('Authorizer', {
      ...{ Name: 'own', AuthorizerType: 'REQUEST', AuthorizerUri: lambdaUri('auth') },
      ...{ AuthorizerPayloadFormatVersion: '2.0', IdentitySource: ['$request.header.Authorization'] },
      ...more,
    });
    test.route('GET /a/{id}', { AuthorizationType: 'CUSTOM', AuthorizerId });
    test.route('GET /b', { AuthorizationType: 'CUSTOM', AuthorizerId }, '1.0');
  };
  const answer = (payload: unknown) =>
    test.onInvoke((_event, arn) => ok(arn === lambdaArn('auth') ? payload : { statusCode: 200 }));
  const asked = () => test.invocations.filter(({ arn }) => arn === lambdaArn('auth'));
  const authorization = 'x';

  it('gets the request without its body, and answers yes or no', async () => {
    await start({ EnableSimpleResponses: true });
    answer({ isAuthorized: true, context: { tenant: 't1', limits: [1, 2] } });
    expect(await statusOf('/a/1?q=2', { authorization })).toBe(200);
    expect(asked()[0]!.event).toMatchObject({
      version: '2.0',
      type: 'REQUEST',
      routeArn: `arn:aws:execute-api:${REGION}:${ACCOUNT_ID}:${test.apiId}/$default/GET/a/1`,
      identitySource: ['x'],
      routeKey: 'GET /a/{id}',
      rawPath: '/a/1',
      rawQueryString: 'q=2',
      pathParameters: { id: '1' },
      requestContext: { http: { method: 'GET' }, stage: '$default' },
    });
    expect(asked()[0]!.event).not.toHaveProperty('isBase64Encoded');
    expect(eventOf()).toMatchObject({
      requestContext: { authorizer: { lambda: { tenant: 't1', limits: [1, 2] } } },
    });
    answer({ isAuthorized: false });
    expect(await test.request('/a/1', { headers: { authorization } })).toMatchObject({
      ...{ status: 403, body: '{"message":"Forbidden"}' },
    });
  });

  it('answers a policy, in either format', async () => {
    await start({ AuthorizerPayloadFormatVersion: '1.0' });
    const Resource = `arn:aws:execute-api:${REGION}:${ACCOUNT_ID}:*/$default/GET/a/1`;
    const Statement = [
      { Action: 'execute-api:Invoke', Effect: 'Allow', Resource: [Resource, Resource.replace('a/1', 'b')] },
    ];
    answer({ principalId: 'mina', policyDocument: { Version: '2012-10-17', Statement }, context: { tenant: 't1' } });
    expect(await statusOf('/a/1', { authorization })).toBe(200);
    expect(asked()[0]!.event).toMatchObject({
      version: '1.0',
      type: 'REQUEST',
      methodArn: `arn:aws:execute-api:${REGION}:${ACCOUNT_ID}:${test.apiId}/$default/GET/a/1`,
      identitySource: 'x',
      authorizationToken: 'x',
      resource: '/a/{id}',
      httpMethod: 'GET',
    });
    expect(await statusOf('/a/2', { authorization })).toBe(403);
    expect(await statusOf('/b', { authorization })).toBe(200);
    expect(eventOf()).toMatchObject({ requestContext: { authorizer: { tenant: 't1', principalId: 'mina' } } });
  });

  it('is not asked where an identity is missing', async () => {
    await start({
      EnableSimpleResponses: true,
      IdentitySource: ['$request.header.Authorization', '$request.querystring.k'],
    });
    answer({ isAuthorized: true });
    expect(await statusOf('/a/1', { authorization })).toBe(401);
    expect(asked()).toEqual([]);
    expect(await statusOf('/a/1?k=1', { authorization })).toBe(200);
  });

  it('is asked again once its answer is too old, and for another identity', async () => {
    const IdentitySource = ['$request.header.Authorization', '$context.routeKey'];
    await start({ EnableSimpleResponses: true, AuthorizerResultTtlInSeconds: 60, IdentitySource });
    answer({ isAuthorized: true });
    for (const path of ['/a/1', '/a/2', '/b']) await statusOf(path, { authorization });
    await statusOf('/a/1', { authorization: 'y' });
    expect(asked().map(({ event }) => event['identitySource'])).toEqual([
      ['x', 'GET /a/{id}'],
      ['x', 'GET /b'],
      ['y', 'GET /a/{id}'],
    ]);
    test.clock.now += 60_001;
    await statusOf('/a/1', { authorization });
    expect(asked()).toHaveLength(4);
  });

  it.each<[string, unknown]>([
    ['nothing of the kind', { allowed: true }],
    ['a policy where yes or no is expected', { policyDocument: {} }],
    ['a text', 'yes'],
  ])('is the API’s fault where it answers %s', async (_name, payload) => {
    await start({ EnableSimpleResponses: true });
    answer(payload);
    expect(await statusOf('/a/1', { authorization })).toBe(500);
  });
});

describe('a route of AWS_IAM', () => {
  it('takes signed requests only, and says who signed', async () => {
    test = await startApi();
    test.route('GET /a', { AuthorizationType: 'AWS_IAM' });
    expect(await statusOf('/a')).toBe(403);
    const signing = { url: '/a', at: test.clock.now };
    expect(await statusOf('/a', await signedHeaders({ ...signing, secret: 'wrong' }))).toBe(403);
    expect(await statusOf('/a?b=1', await signedHeaders(signing))).toBe(403);
    expect(test.invocations).toEqual([]);
    expect(await statusOf('/a', await signedHeaders(signing))).toBe(200);
    expect(eventOf()).toMatchObject({
      requestContext: { authorizer: { iam: { accessKey: 'local', accountId: ACCOUNT_ID } } },
    });
  });
});
