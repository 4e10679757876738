import { describe, expect, it } from '@jest/globals';
import {
  INTEGRATION_HEADER,
  isProxyEvent,
  proxyResponse,
} from '../../../../src/services/lambda/pool/proxy-response.ts';

describe('a proxy response', () => {
  it('is passed on as it is, marked as the function’s', () => {
    const payload = { statusCode: 201, headers: { location: '/x' }, multiValueHeaders: { a: ['1', '2'] }, body: '{}' };
    expect(proxyResponse({ ok: true, payload })).toEqual({
      ...payload,
      headers: { location: '/x', [INTEGRATION_HEADER]: 'lambda' },
    });
  });

  it.each([
    ['null', null],
    ['text', 'hello'],
    ['a list', [1]],
    ['nothing in it', {}],
    ['a status that is none', { statusCode: 'ok' }],
    ['a status out of range', { statusCode: 1000 }],
    ['a body that is no text', { statusCode: 200, body: { a: 1 } }],
    ['headers that are a list', { statusCode: 200, headers: [] }],
  ])('%s is a 502 that tells nothing of the function', (_what, payload) => {
    const response = proxyResponse({ ok: true, payload });
    expect(response).toMatchObject({ statusCode: 502, headers: { 'content-type': 'application/problem+json' } });
    expect(response.body).not.toContain('hello');
  });

  it('of a function that failed is a 502 without its message', () => {
    const response = proxyResponse({ ok: false, errorType: 'Error', errorMessage: 'the password is x' });
    expect(response.statusCode).toBe(502);
    expect(response.body).not.toContain('password');
  });
});

it.each([
  [{ requestContext: { httpMethod: 'GET' } }, true],
  [{ requestContext: { httpMethod: 'GET' }, type: 'REQUEST', methodArn: 'arn' }, false],
  [{ type: 'TOKEN', methodArn: 'arn' }, false],
  [{ Records: [] }, false],
  [undefined, false],
])('tells an API’s event from others: %j', (event, expected) => {
  expect(isProxyEvent(event)).toBe(expected);
});
