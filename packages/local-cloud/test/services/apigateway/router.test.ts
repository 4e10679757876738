import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createRouter } from '../../../src/services/apigateway/router.ts';

const router = (...paths: string[]) => createRouter(paths.map((path) => ({ path, method: 'GET', value: path })));

describe('matching a path (api-gateway-set-up-simple-proxy.html)', () => {
  it.each([
    ['/', '/', {}],
    ['/v1/orders', '/v1/orders', {}],
    ['/v1/orders/', '/v1/orders', {}],
    ['/v1/orders/open', '/v1/orders/open', {}],
    ['/v1/orders/7', '/v1/orders/{orderId}', { orderId: '7' }],
    ['/v1/orders/a%2Fb%20c', '/v1/orders/{orderId}', { orderId: 'a%2Fb%20c' }],
    ['/v1/orders/7/lines/2', '/v1/orders/{orderId}/lines/{line}', { orderId: '7', line: '2' }],
    ['/v1/orders/open/lines/2', '/v1/orders/{orderId}/lines/{line}', { orderId: 'open', line: '2' }],
    ['/v1/orders/7/lines', '/{proxy+}', { proxy: 'v1/orders/7/lines' }],
    ['/v1/orders//', '/{proxy+}', { proxy: 'v1/orders/' }],
    ['/files/a/b%20c', '/files/{path+}', { path: 'a/b%20c' }],
    ['/files', '/{proxy+}', { proxy: 'files' }],
    ['/%', '/{proxy+}', { proxy: '%' }],
    ['/v1/%6Frders', '/v1/orders', {}],
    ['/files/user/test%2Balias@example.com', '/files/{path+}', { path: 'user/test%2Balias@example.com' }],
    ['/v1/orders/a%252Fb', '/v1/orders/{orderId}', { orderId: 'a%252Fb' }],
  ])('%s is %s', (path, resource, pathParameters) => {
    const find = router(
      ...['/', '/v1/orders', '/v1/orders/{orderId}', '/v1/orders/open', '/v1/orders/{orderId}/lines/{line}'],
      ...['/files/{path+}', '/{proxy+}'],
    );
    expect(find(path)).toMatchObject({ path: resource, pathParameters });
  });

  it('finds nothing where no resource has methods', () => {
    const find = router('/v1/orders/{orderId}');
    expect(['/', '/v1', '/v1/orders', '/v1/orders/', '/v2/orders/7'].map(find)).toEqual(Array(5).fill(undefined));
  });
});

/** Straightforward and slow: all resources that fit, and of those the one that is more exact from the left. */
function reference(resources: readonly string[], path: string): string | undefined {
  const segments = path.split('/').slice(1);
  const rank = (part: string | undefined): number =>
    part === undefined ? 3 : part.endsWith('+}') ? 2 : part.startsWith('{') ? 1 : 0;
  const fits = (resource: string): boolean => {
    const parts = resource.split('/').slice(1);
    const greedy = parts.at(-1)?.endsWith('+}') === true;
    if (greedy ? segments.length < parts.length : segments.length !== parts.length) return false;
    return parts.every((part, index) => part.startsWith('{') || part === segments[index]);
  };
  const byRank = (left: string, right: string): number => {
    const [one, other] = [left, right].map((resource) => resource.split('/').slice(1).map(rank));
    const at = one!.findIndex((value, index) => value !== other![index]);
    return at === -1 ? 0 : one![at]! - (other![at] ?? 3);
  };
  return resources.filter(fits).sort(byRank)[0];
}

const name = fc.constantFrom('a', 'b', 'c');
const resource = fc
  .tuple(fc.array(fc.oneof(name, fc.constant('{x}')), { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([parts, greedy]) => `/${[...parts, ...(greedy ? ['{rest+}'] : [])].join('/')}`);
const path = fc
  .array(fc.oneof(name, fc.constant('d')), { minLength: 1, maxLength: 6 })
  .map((parts) => `/${parts.join('/')}`);

it('finds what trying every resource finds', () => {
  fc.assert(
    fc.property(fc.uniqueArray(resource, { maxLength: 12 }), path, (resources, sent) => {
      expect(router(...resources)(sent)?.path).toBe(reference(resources, sent));
    }),
    { numRuns: 2000 },
  );
});
