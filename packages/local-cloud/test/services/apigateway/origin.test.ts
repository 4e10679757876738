import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deployApi, proxyTo, startGateway, type TestGateway } from './gateway.ts';

let test: TestGateway;
let apiId: string;

/** The framework's `OPTIONS` method for these origins. */
function preflight(first: string, ...origins: string[]): Record<string, unknown> {
  const matches = origins.map((origin) => `$origin.matches("${origin.replaceAll('.', '[.]')}")`).join(' || ');
  const template = `#set($origin = $input.params("Origin"))
#if($origin == "") #set($origin = $input.params("origin")) #end
#if(${matches}) #set($context.responseOverride.header.Access-Control-Allow-Origin = $origin) #end`;
  return {
    AuthorizationType: 'NONE',
    MethodResponses: [{ StatusCode: '200' }],
    Integration: {
      Type: 'MOCK',
      RequestTemplates: { 'application/json': '{statusCode:200}' },
      IntegrationResponses: [
        {
          StatusCode: '200',
          ResponseParameters: { 'method.response.header.Access-Control-Allow-Origin': `'${first}'` },
          ResponseTemplates: { 'application/json': origins.length === 0 ? '' : template },
        },
      ],
    },
  };
}

beforeAll(async () => {
  test = await startGateway(undefined, { callers: { hosts: ['host.docker.internal'], origins: [] } });
  const shop = ['https://shop.example', 'https://other.example'] as const;
  apiId = deployApi(test, {
    methods: [
      { path: '/all', method: 'POST' },
      { path: '/all', method: 'OPTIONS', properties: preflight('*') },
      { path: '/some', method: 'POST' },
      { path: '/some', method: 'OPTIONS', properties: preflight(shop[0], ...shop) },
      { path: '/none', method: 'POST' },
      { path: '/itself', method: 'ANY', properties: { Integration: proxyTo('itself') } },
    ],
  });
});

afterAll(() => test.close());

describe('a page that posts', () => {
  it.each([
    ['/all', 'https://evil.example', 200],
    ['/some', 'https://shop.example', 200],
    ['/some', 'https://other.example', 200],
    ['/some', 'https://evil.example', 403],
    ['/some', 'null', 403],
    ['/none', 'https://shop.example', 403],
    ['/none', 'http://here.localhost:4566', 200],
    ['/none', 'http://host.docker.internal:8080', 200],
    ['/itself', 'https://evil.example', 200],
  ])('to %s from %s is answered with %i', async (path, Origin, status) => {
    const before = test.invocations.length;
    const headers = { Origin, Host: 'here.localhost:4566', 'Content-Type': 'text/plain' };
    const response = await test.request(`/${apiId}/dev${path}`, { method: 'POST', headers, body: 'x' });
    expect([response.status, test.invocations.length - before]).toEqual([status, status === 200 ? 1 : 0]);
  });

  it.each([
    ['/all', 200],
    ['/some', 403],
    ['/none', 403],
  ])('to %s, which does not say its origin, is answered with %i', async (path, status) => {
    const headers = { 'Sec-Fetch-Site': 'cross-site' };
    expect((await test.request(`/${apiId}/dev${path}`, { method: 'POST', headers })).status).toBe(status);
  });
});
