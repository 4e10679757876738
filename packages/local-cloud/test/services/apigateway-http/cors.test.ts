import { afterEach, describe, expect, it } from '@jest/globals';
import { ok } from '../apigateway/gateway.ts';
import { type Response, startApi, type TestApi } from './http-api.ts';

let test: TestApi;

afterEach(() => test.close());

const corsOf = ({ headers }: Response) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('access-control')));
const preflight = (path: string, Origin: string) =>
  test.request(path, { method: 'OPTIONS', headers: { Origin, 'Access-Control-Request-Method': 'POST' } });

const CORS = {
  AllowOrigins: ['https://shop.example', 'http://*'],
  AllowMethods: ['OPTIONS', 'POST'],
  AllowHeaders: ['Content-Type'],
  ExposeHeaders: ['X-Own'],
  AllowCredentials: true,
  MaxAge: 600,
};

describe('an API with CORS (http-api-cors.html)', () => {
  it('answers preflight requests itself, though there is no route for them', async () => {
    test = await startApi({ CorsConfiguration: CORS });
    test.route('POST /a');
    const answer = await preflight('/a', 'https://shop.example');
    expect([answer.status, answer.body]).toEqual([204, '']);
    expect(corsOf(answer)).toEqual({
      'access-control-allow-origin': 'https://shop.example',
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'OPTIONS,POST',
      'access-control-allow-headers': 'Content-Type',
      'access-control-max-age': '600',
    });
    expect(corsOf(await preflight('/a', 'http://any.example'))).toMatchObject({
      'access-control-allow-origin': 'http://any.example',
    });
    expect(corsOf(await preflight('/a', 'https://evil.example'))).toEqual({});
    expect(test.invocations).toEqual([]);
  });

  it('puts its headers in the place of those of the function', async () => {
    test = await startApi({ CorsConfiguration: CORS });
    test.route('POST /a');
    test.onInvoke(() => ok({ statusCode: 200, headers: { 'Access-Control-Allow-Origin': '*', 'X-Own': '1' } }));
    const headers = { Origin: 'https://shop.example' };
    const answer = await test.request('/a', { method: 'POST', headers });
    expect(corsOf(answer)).toEqual({
      'access-control-allow-origin': 'https://shop.example',
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': 'X-Own',
    });
    expect(corsOf(await test.request('/a', { method: 'POST' }))).toEqual({});
  });

  it('lets every origin see what every origin may, and refusals too', async () => {
    test = await startApi({ CorsConfiguration: { AllowOrigins: ['*'] } });
    const answer = await test.request('/nothing', { headers: { Origin: 'https://any.example' } });
    expect(answer.status).toBe(404);
    expect(corsOf(answer)).toEqual({ 'access-control-allow-origin': '*' });
  });

  it('asks the authorizer of the route first, where there is one', async () => {
    test = await startApi({ CorsConfiguration: CORS });
    test.route('$default', { AuthorizationType: 'AWS_IAM' });
    expect((await preflight('/a', 'https://shop.example')).status).toBe(403);
  });

  it('refuses pages of other origins, which nothing else would stop here', async () => {
    test = await startApi({ CorsConfiguration: CORS });
    test.route('POST /a');
    const headers = { Origin: 'https://evil.example' };
    expect((await test.request('/a', { method: 'POST', headers })).status).toBe(403);
    expect(test.invocations).toEqual([]);
  });
});

describe('an API without CORS', () => {
  it('leaves preflight requests and headers to a function that gets them', async () => {
    test = await startApi();
    test.route('ANY /a');
    test.onInvoke(() => ok({ statusCode: 200, headers: { 'Access-Control-Allow-Origin': 'https://shop.example' } }));
    const expected = { 'access-control-allow-origin': 'https://shop.example' };
    expect(corsOf(await preflight('/a', 'https://shop.example'))).toEqual(expected);
    const headers = { Origin: 'https://shop.example' };
    expect(corsOf(await test.request('/a', { method: 'POST', headers }))).toEqual(expected);
  });

  it('refuses pages of other origins where no function answers preflight requests', async () => {
    test = await startApi();
    test.route('GET /a');
    const headers = { Origin: 'https://evil.example' };
    expect((await test.request('/a', { headers })).status).toBe(403);
    expect((await test.request('/a')).status).toBe(200);
  });
});
