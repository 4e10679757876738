import { describe, expect, it } from '@jest/globals';
import { hasRoute, segmentsOf } from '../../src/front-door/routes.ts';

const routes = [
  { method: 'GET', path: '/v1/products', cors: true },
  { method: 'GET', path: 'v1/products/{sku}', cors: false },
  { method: 'ANY', path: '/v1/files/{proxy+}', cors: false },
];

describe('a route', () => {
  it.each([
    ['GET', '/v1/products', true],
    ['GET', '/v1/products/', true],
    ['POST', '/v1/products', false],
    ['HEAD', '/v1/products', false],
    ['OPTIONS', '/v1/products', true],
    ['GET', '/v1/products/a', true],
    ['OPTIONS', '/v1/products/a', false],
    ['GET', '/v1/products/a/b', false],
    ['GET', '/V1/products', false],
    ['PURGE', '/v1/files/a', true],
    ['GET', '/v1/files/a/b/c', true],
    ['GET', '/v1/files', false],
    ['GET', '/', false],
  ])('%s %s: %j', (method, path, expected) => {
    expect(hasRoute(routes, method, segmentsOf(path) ?? [])).toBe(expected);
  });
});

it.each([
  ['/a%20b/%C3%A9', ['a b', 'é']],
  ['//a///b/', ['a', 'b']],
  ['/', []],
  ['/%', undefined],
  ['/%C3', undefined],
])('reads the segments of %s', (path, segments) => {
  expect(segmentsOf(path)).toEqual(segments);
});
