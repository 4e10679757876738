import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parsePolicy } from '../../../src/services/apigateway/policy.ts';
import { ACCOUNT_ID, deployApi, ok, REGION, startGateway, type TestGateway } from './gateway.ts';

let test: TestGateway;

beforeAll(async () => {
  test = await startGateway();
  test.onInvoke(() => ok({ statusCode: 200, body: '{}' }));
});

afterAll(() => test.close());

const allow = { Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' };
const policyOf = (...Statement: object[]): object => ({ Version: '2012-10-17', Statement });
const deploy = (Policy: object): string =>
  deployApi(test, { api: { Policy }, methods: [{ path: '/{proxy+}', method: 'ANY' }] });
const statusFrom = async (apiId: string, sourceIp: string, path = '/items', method = 'GET'): Promise<number> => {
  test.caller.sourceIp = sourceIp;
  return (await test.request(`/${apiId}/dev${path}`, { method })).status;
};

describe('an allow-list of addresses (apigateway-resource-policies-examples.html)', () => {
  it('by denying all others', async () => {
    const condition = { NotIpAddress: { 'aws:SourceIp': ['192.0.2.0/24', '2001:db8::/32', '203.0.113.9'] } };
    const apiId = deploy(policyOf(allow, { ...allow, Effect: 'Deny', Condition: condition }));
    for (const address of ['192.0.2.77', '203.0.113.9', '2001:db8::1'])
      expect(await statusFrom(apiId, address)).toBe(200);
    for (const address of ['192.0.3.1', '203.0.113.8', '2001:db9::1', '::1'])
      expect(await statusFrom(apiId, address)).toBe(403);
    test.caller.sourceIp = '198.51.100.1';
    const response = await test.request(`/${apiId}/dev/items?q=1`);
    expect(response.headers['x-amzn-errortype']).toBe('AccessDeniedException');
    expect(response.json()).toEqual({
      Message:
        'User: anonymous is not authorized to perform: execute-api:Invoke on resource: ' +
        `arn:aws:execute-api:${REGION}:********9012:${apiId}/dev/GET/items with an explicit deny`,
    });
  });

  it('by allowing no other', async () => {
    const apiId = deploy(policyOf({ ...allow, Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } }));
    expect(await statusFrom(apiId, '192.0.2.1')).toBe(200);
    expect(await statusFrom(apiId, '198.51.100.1')).toBe(403);
  });

  it('for some methods and paths', async () => {
    const Resource = ['execute-api:/dev/GET/open/*', `arn:aws:execute-api:${REGION}:${ACCOUNT_ID}:*/dev/POST/item?`];
    const apiId = deploy(policyOf({ ...allow, Resource }));
    expect(await statusFrom(apiId, '192.0.2.1', '/open/a/b')).toBe(200);
    expect(await statusFrom(apiId, '192.0.2.1', '/items', 'POST')).toBe(200);
    expect(await statusFrom(apiId, '192.0.2.1', '/items')).toBe(403);
    expect(await statusFrom(apiId, '192.0.2.1', '/open/a', 'POST')).toBe(403);
  });
});

it('counts a call as one over TLS, as every call of an API is', async () => {
  const insecure = { ...allow, Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } };
  expect(await statusFrom(deploy(policyOf(allow, insecure)), '192.0.2.1')).toBe(200);
  const secure = { ...insecure, Condition: { Bool: { 'aws:SecureTransport': true } } };
  expect(await statusFrom(deploy(policyOf(allow, secure)), '192.0.2.1')).toBe(403);
});

it.each([
  ['no statement', {}, 'statement that is not an object'],
  ['a principal', policyOf({ ...allow, Principal: { AWS: 'arn:aws:iam::1:root' } }), 'Principal has to be "*"'],
  ['a condition', policyOf({ ...allow, Condition: { StringEquals: { 'aws:SourceVpc': 'x' } } }), 'StringEquals is not'],
  [
    'a condition key',
    policyOf({ ...allow, Condition: { IpAddress: { 'aws:VpcSourceIp': 'x' } } }),
    'aws:VpcSourceIp is not',
  ],
  [
    'a block',
    policyOf({ ...allow, Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/33' } } }),
    '10.0.0.0/33 is neither an IP address',
  ],
  ['NotAction', policyOf({ ...allow, NotAction: 'x' }), 'NotAction is not supported'],
  ['an effect', policyOf({ ...allow, Effect: 'allow' }), 'Effect is Allow or Deny'],
])('refuses %s by name', (_name, policy, reason) => {
  expect(() => parsePolicy(policy, 'resource policy')).toThrow(reason);
  expect(() => test.create('RestApi', { Name: 'x', Policy: policy })).toThrow(reason);
});
