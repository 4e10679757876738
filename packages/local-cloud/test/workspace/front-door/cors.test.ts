import { describe, expect, it } from '@jest/globals';
import { corsOf, permits, readCors } from '../../../src/workspace/front-door/cors.ts';

describe('what "cors" of an http event says', () => {
  it.each<[unknown, object | undefined]>([
    [undefined, undefined],
    [false, undefined],
    [true, { origins: ['*'], methods: ['OPTIONS', 'POST'], allowCredentials: false }],
    [{ origin: 'https://a.example, https://b.example' }, { origins: ['https://a.example', 'https://b.example'] }],
    [
      { origins: ['https://a.example'], headers: 'X-One', maxAge: 5 },
      { headers: ['X-One'], maxAge: 5 },
    ],
    [{ methods: ['POST', 'OPTIONS'] }, { methods: ['POST', 'OPTIONS'] }],
  ])('%j', (cors, expected) => {
    const read = readCors(cors, 'POST');
    if (expected === undefined) expect(read).toBeUndefined();
    else expect(read).toMatchObject(expected);
  });

  it('holds for a path by all of its methods together', () => {
    const route = (method: string, cors: unknown) => ({ method, path: '/a', cors: readCors(cors, method)! });
    const all = corsOf([route('GET', { origin: 'https://a.example' }), route('POST', { allowCredentials: true })]);
    expect(all).toMatchObject({ methods: ['OPTIONS', 'GET', 'POST'], origins: ['https://a.example', '*'] });
    expect(all?.allowCredentials).toBe(true);
  });

  it.each([
    [['*'], 'https://any.example', true],
    [['*'], undefined, true],
    [['https://a.example'], 'https://a.example', true],
    [['https://a.example'], 'https://aXexample', false],
    [['https://a.example'], 'http://a.example', false],
    [['https://a.example'], undefined, false],
    [['https://*.a.example'], 'https://x.a.example', true],
    [['https://*.a.example'], 'https://a.example', false],
    [['https://*.a.example'], 'https://x.a.example.evil.example', false],
    [['https://*.a.example'], 'null', false],
  ])('%j lets %s in: %j', (origins, origin, expected) => {
    expect(permits(readCors({ origins }, 'GET')!, origin)).toBe(expected);
  });
});
