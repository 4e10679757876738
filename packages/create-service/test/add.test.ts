import { expect, it } from '@jest/globals';
import { addStore, addToEvents, addToFunction, addToList } from '../src/add/insert.ts';
import { parseEndpoint } from '../src/add/route.ts';
import { parseOptions } from '../src/options.mjs';

it.each([
  ['POST /v1/coupons', 'CreateCoupon', [], 'couponId'],
  ['GET /v1/coupons/{code}', 'GetCoupon', [], 'code'],
  ['GET /v1/customers/{customerId}/gift-cards', 'ListGiftCards', ['customerId'], 'giftCardId'],
  ['PUT /v1/shops/{shopId}/stock/addresses/{addressId}', 'PutAddress', ['shopId'], 'addressId'],
  ['DELETE  /v1/coupons/{couponId}', 'DeleteCoupon', [], 'couponId'],
])('%s is %s', (text, name, parents, id) => {
  expect(parseEndpoint(text)).toMatchObject({ name, resource: { parents, id } });
});

it.each([
  ['/v1/coupons', 'Write a method and a path'],
  ['POST /coupons', 'Write a method and a path'],
  ['PATCH /v1/coupons/{couponId}', 'which fields may change alone is a rule of yours'],
  ['HEAD /v1/coupons', '"HEAD" is not one of GET, POST, PUT, DELETE'],
  ['POST /v2/coupons', 'A first version is v1'],
  ['POST /v1/coupons/{couponId}', 'POST makes one more of a list'],
  ['PUT /v1/coupons', 'PUT is about one thing'],
  ['GET /v1/coupons', 'A list of all coupons would be one key of the table'],
  ['POST /v1/Coupons', '"Coupons" is no part of a path here'],
  ['POST /v1/coupons?all', '"coupons?all" is no part of a path here'],
  ['GET /v1/{couponId}', '{couponId} follows no word'],
  ['GET /v1/coupons/{a}/{b}', '{b} follows no word'],
  ['GET /v1/coupons/{id}/uses/{id}', 'has one parameter twice'],
  ['POST /v1/coupons/{useId}/uses', 'has one parameter twice'],
  ['POST /v1/defaults', '"default" is a word of JavaScript'],
])('refuses %s', (text, sentence) => {
  expect(() => parseEndpoint(text)).toThrow(sentence);
});

it('keeps what people wrote around its place', () => {
  const yaml = '# Why\nfunctions:\n  api:\n    handler: a.handler # here\n    table: readWrite\n    endpoints: [One]\n';
  const added = addToFunction(yaml, 'serverless.yml', 'a.handler', 'endpoints', 'Two');
  expect(added.replaceAll(/\[ | \]/g, (it) => it.trim())).toBe(yaml.replace('[One]', '[One, Two]'));
  expect(addToFunction(added, 'serverless.yml', 'a.handler', 'endpoints', 'Two')).toBe(added);
});

it.each([
  ['a function', () => addToFunction('functions: {}', 'serverless.yml', 'a.handler', 'endpoints', 'Two')],
  ['a list', () => addToList('export const handler = api(all);', 'index.ts', /api\(/, 'two', './two.ts')],
  ['a table', () => addStore('export const a = 1;', 'composition.ts', 'two', 'createTwo', './two.ts')],
  ['events', () => addToEvents('export const a = 1;', 'a-events.ts', 'Two', 'one')],
])('refuses a file without %s', (_, change) => {
  expect(change).toThrow(/^\S+ has changed its form: .* is not found\. Nothing was changed\.$/);
});

it('refuses a function that may not write its table', () => {
  const yaml = 'functions: { api: { handler: a.handler, table: read } }';
  expect(() => addToFunction(yaml, 'serverless.yml', 'a.handler', 'endpoints', 'Two')).toThrow(
    'functions.api needs `table: readWrite`',
  );
});

it.each([
  [['--event', 'a-b', '--consumes', 'a.B'], 'Add one thing at a time: --event or --consumes.'],
  [['--event', 'a-b', '--remove'], 'It does not go with --remove.'],
  [['--event', 'a-b', '--aggregate', 'a'], '--aggregate is for a service that is made, not for --event.'],
])('refuses %j', (args, sentence) => {
  expect(() => parseOptions(['loyalty', ...args])).toThrow(sentence);
});
