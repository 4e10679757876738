import { expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import * as z from 'zod/mini';
import { CreateWebhookEndpoint } from '../src/contracts/notifications/index.ts';

const ajv = new Ajv2020();
addFormats.default(ajv);
/** What a client may send by the published document. */
const isPublished = ajv.compile<string>({ type: 'string', format: 'uri' });
const isTaken = (url: string) => z.safeParse(CreateWebhookEndpoint.body!, { url, events: ['order.placed'] }).success;

/** URLs with other characters somewhere in them. */
const strangeUrl = fc
  .tuple(
    fc.webUrl({ withFragments: true, withQueryParameters: true }),
    fc.nat(60),
    fc.string({ unit: 'grapheme', maxLength: 3 }),
  )
  .map(([url, at, odd]) => url.slice(0, at) + odd + url.slice(at));

it('takes no URL that the published document refuses', () => {
  fc.assert(
    fc.property(strangeUrl, (url) => !isTaken(url) || isPublished(url)),
    { numRuns: 5_000 },
  );
});

it('takes every URL of the web', () => {
  const url = fc.webUrl({ withFragments: true, withQueryParameters: true });
  fc.assert(
    fc.property(url, (it) => isTaken(it)),
    { numRuns: 1_000 },
  );
  expect(isTaken('https://[2001:db8::1]:8443/hook?a=b#c')).toBe(true);
});

it.each([
  ['a character that cannot be seen', 'https://example\ufeff.com/hook'],
  ['a letter that is not ASCII', 'https://example.com/주문'],
  ['a brace', 'https://example.com/{id}'],
  ['a percent sign that encodes nothing', 'https://example.com/50%'],
  ['a space', 'https://example.com/a b'],
])('refuses %s, and says what to do', (_, url) => {
  const result = z.safeParse(CreateWebhookEndpoint.body!, { url, events: ['order.placed'] });
  expect(result.error?.issues.map(({ message }) => message).join()).toContain('percent-encode');
});
