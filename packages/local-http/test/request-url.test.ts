import { expect, it } from '@jest/globals';
import { requestUrl } from '../src/request-url.ts';

it.each([
  ['/a?b=1', 'http://127.0.0.1:4566/a?b=1'],
  ['//other.example/a', 'http://127.0.0.1:4566//other.example/a'],
  ['//', 'http://127.0.0.1:4566//'],
  ['http://other.example/a?b=1', 'http://127.0.0.1:4566/a?b=1'],
  ['*', 'http://127.0.0.1:4566/'],
  ['', 'http://127.0.0.1:4566/'],
])('the path %s stays on the server that was asked', (url, expected) => {
  expect(requestUrl({ url }, 'http://127.0.0.1:4566').href).toBe(expected);
});
