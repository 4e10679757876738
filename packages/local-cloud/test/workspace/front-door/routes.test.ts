import { describe, expect, it } from '@jest/globals';
import { readCors } from '../../../src/workspace/front-door/cors.ts';
import { allows, routesAt, segmentsOf } from '../../../src/workspace/front-door/routes.ts';

const routes = [
  { method: 'GET', path: '/v1/products', cors: readCors(true, 'GET')! },
  { method: 'GET', path: 'v1/products/{sku}' },
  { method: 'ANY', path: '/v1/files/{proxy+}' },
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
    expect(routesAt(routes, segmentsOf(path) ?? []).some((route) => allows(route, method))).toBe(expected);
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
