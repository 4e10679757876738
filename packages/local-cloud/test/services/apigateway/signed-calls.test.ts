import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createIam, type Iam } from '../../../src/services/iam/index.ts';
import { signedHeaders, type Signing } from '../sign.ts';
import { ACCOUNT_ID, deployApi, type MethodSpec, REGION, startGateway, type TestGateway } from './gateway.ts';

const tests: TestGateway[] = [];
let test: TestGateway;
let iam: Iam;
let apiId: string;

const properties = { AuthorizationType: 'AWS_IAM' };
const methods: MethodSpec[] = [
  { path: '/things', method: 'GET', properties },
  { path: '/things', method: 'POST', properties },
];

beforeEach(async () => {
  iam = createIam({ database: new DatabaseSync(':memory:'), accountId: ACCOUNT_ID, region: REGION });
  test = await startGateway(undefined, { iam });
  tests.push(test);
  apiId = deployApi(test, { methods });
});

afterAll(() => Promise.all(tests.map((each) => each.close())));

/** The session of a function whose role may call what `resource` says; none for a role without a policy. */
function session(role: string, resource?: string): string {
  const Statement = [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: resource }];
  const policies = resource === undefined ? [] : [{ PolicyDocument: { Statement } }];
  return iam.sessionToken({ roleArn: iam.putRole(role, policies), sessionName: 'gateway-dev-api' });
}

const arnOf = (method: string): string => `arn:aws:execute-api:${REGION}:${ACCOUNT_ID}:${apiId}/dev/${method}/things`;

type Ask = Partial<Signing> & { readonly sent?: Partial<Signing> };

/** Asks with what was signed, or with `sent` in its place. */
async function ask({ sent = {}, ...more }: Ask = {}) {
  const signing = { method: 'GET', url: `/${apiId}/dev/things?limit=2`, at: test.clock.now, ...more };
  const { method, url, body } = { ...signing, ...sent };
  const headers = await signedHeaders(signing);
  return test.request(url, { method, headers, ...(body !== undefined && { body }) });
}

describe('a method of AWS_IAM (permissions.html)', () => {
  it('is called by a role that may, and tells the function which it is', async () => {
    const sessionToken = session('gateway-dev-ApiRole-A1B2C3', arnOf('GET'));
    expect(await ask({ sessionToken })).toMatchObject({ status: 200 });
    const userId = 'AROAGATEWAYDEVAPIROL:gateway-dev-api';
    expect(test.invocations[0]!.event).toMatchObject({
      requestContext: {
        identity: {
          ...{ accountId: ACCOUNT_ID, accessKey: 'local', caller: userId, user: userId },
          userArn: `arn:aws:sts::${ACCOUNT_ID}:assumed-role/gateway-dev-ApiRole-A1B2C3/gateway-dev-api`,
        },
      },
    });
    expect(test.invocations[0]!.event).not.toHaveProperty('requestContext.authorizer');
  });

  it('is called by the account itself', async () => {
    expect(await ask()).toMatchObject({ status: 200 });
    expect(test.invocations[0]!.event).toMatchObject({
      requestContext: { identity: { userArn: `arn:aws:iam::${ACCOUNT_ID}:root` } },
    });
  });

  it.each([
    ['of another method', 'POST'],
    ['of nothing', undefined],
  ])('is not called by a role that has leave %s', async (_what, method) => {
    const answer = await ask({ sessionToken: session('x-dev-ApiRole-1', method && arnOf(method)) });
    expect(answer).toMatchObject({ status: 403, headers: { 'x-amzn-errortype': 'AccessDeniedException' } });
    expect(answer.json()).toEqual({
      Message:
        `User: arn:aws:sts::${ACCOUNT_ID}:assumed-role/x-dev-ApiRole-1/gateway-dev-api is not authorized to perform: ` +
        `execute-api:Invoke on resource: ${arnOf('GET').replace('12345678', '********')}`,
    });
    expect(test.invocations).toEqual([]);
  });

  it.each<[string, Ask, string]>([
    ['signed by another secret', { secret: 'wrong' }, 'InvalidSignatureException'],
    ['signed for another service', { service: 'sts' }, 'InvalidSignatureException'],
    ['whose query was changed', { sent: { url: '?limit=3' } }, 'InvalidSignatureException'],
    [
      'whose body was changed',
      { method: 'POST', body: '{"a":1}', sent: { body: '{"a":2}' } },
      'InvalidSignatureException',
    ],
    ['whose method was changed', { sent: { method: 'POST' } }, 'InvalidSignatureException'],
    ['of a session that nobody has', { sessionToken: 'made-up' }, 'UnrecognizedClientException'],
    ['signed long ago', { at: Date.UTC(2026, 0, 14, 11, 54) }, 'InvalidSignatureException'],
  ])('refuses a request %s', async (_what, asked, fault) => {
    const url = asked.sent?.url === undefined ? {} : { url: `/${apiId}/dev/things${asked.sent.url}` };
    const answer = await ask({ ...asked, sent: { ...asked.sent, ...url } });
    expect(answer).toMatchObject({ status: 403, headers: { 'x-amzn-errortype': fault } });
    expect(test.invocations).toEqual([]);
  });

  it('refuses what nobody signed, and tokens', async () => {
    const path = `/${apiId}/dev/things`;
    const unsigned = await test.request(path);
    expect(unsigned).toMatchObject({ status: 403 });
    expect(unsigned.json()).toEqual({ message: 'Missing Authentication Token' });
    const token = await test.request(path, { headers: { authorization: 'Bearer eyJ' } });
    expect(token).toMatchObject({ status: 403, headers: { 'x-amzn-errortype': 'IncompleteSignatureException' } });
    // What says who somebody is comes from the signature alone.
    const headers = { 'x-amz-security-token': session('gateway-dev-ApiRole-A1B2C3', arnOf('GET')) };
    expect(await test.request(path, { headers })).toMatchObject({ status: 403 });
    expect(test.invocations).toEqual([]);
  });

  it.each([
    ['INVALID_SIGNATURE', { secret: 'wrong' }],
    ['ACCESS_DENIED', {}],
  ])('has the API’s own answer for %s', async (type, asked) => {
    const ResponseTemplates = { 'application/json': '{"type":"urn:problem","detail":$context.error.messageString}' };
    apiId = deployApi(test, {
      methods,
      before: (RestApiId) =>
        void test.create('GatewayResponse', { RestApiId, ResponseType: type, StatusCode: '403', ResponseTemplates }),
    });
    const answer = await ask({ ...asked, sessionToken: session('x-dev-ApiRole-1') });
    expect(answer.status).toBe(403);
    expect(answer.json()).toMatchObject({ type: 'urn:problem' });
  });

  it('is called by any role of the account where the API’s own policy allows it, unless that denies it', async () => {
    const policyOf = (Effect: string) => ({
      Statement: [{ Effect, Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' }],
    });
    apiId = deployApi(test, { api: { Policy: policyOf('Allow') }, methods });
    expect(await ask({ sessionToken: session('x-dev-ApiRole-1') })).toMatchObject({ status: 200 });
    expect(await ask({ secret: 'wrong' })).toMatchObject({ status: 403 });
    apiId = deployApi(test, { api: { Policy: policyOf('Deny') }, methods });
    expect(await ask({ sessionToken: session('x-dev-ApiRole-2', '*') })).toMatchObject({ status: 403 });
  });

  it('leaves methods without it to everybody', async () => {
    apiId = deployApi(test, { methods: [{ path: '/things', method: 'GET' }] });
    expect(await test.request(`/${apiId}/dev/things`)).toMatchObject({ status: 200 });
    expect(test.invocations[0]!.event).toMatchObject({ requestContext: { identity: { userArn: null } } });
  });
});
