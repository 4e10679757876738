import { expect, it } from '@jest/globals';
import { behindRoot } from '../../../src/workspace/front-door/address.ts';

const METADATA = '/.well-known/oauth-authorization-server';

it.each([
  [METADATA, `/identity/local${METADATA}`],
  [`${METADATA}/identity/local`, `/identity/local${METADATA}`],
  [`${METADATA}/other/dev?a=b`, `/other/dev${METADATA}?a=b`],
  [`${METADATA}?a=b`, `/identity/local${METADATA}?a=b`],
  ['/.well-known/api-catalog', '/registry/local/.well-known/api-catalog'],
  ['/openapi/orders.json?a', '/registry/local/openapi/orders.json?a'],
])('is at the root of the host: %s', (sent, behind) => {
  expect(behindRoot(sent, 'local')).toBe(behind);
});

it.each([
  `${METADATA}/identity`,
  `${METADATA}/identity/local/more`,
  `${METADATA}/../orders/local`,
  `${METADATA}s`,
  '/identity/local/v1/sessions',
  `/identity/local${METADATA}`,
])('stays where it is: %s', (sent) => {
  expect(behindRoot(sent, 'local')).toBe(sent);
});
