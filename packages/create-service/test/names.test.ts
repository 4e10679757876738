import { describe, expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import { contracts } from '@dure/contracts/all-contracts';
import { event } from '@dure/contracts/contract';
import { expandService } from '@dure/serverless-plugin/expand';
import { namesFor, pascalCase, plural, singular } from '../src/names.ts';

describe('what a service keeps', () => {
  it.each([
    ['gift-cards', 'gift-card'],
    ['deliveries', 'delivery'],
    ['addresses', 'address'],
    ['returns', 'return'],
    ['loyalty', 'entry'],
    ['analytics', 'entry'],
    ['status', 'entry'],
    ['sms', 'entry'],
    ['web3-wallets', 'entry'],
  ])('%s: %s', (service, aggregate) => {
    expect(namesFor(service)).toEqual({ service, aggregate });
  });

  it('is what the person says, if anything', () => {
    expect(namesFor('gift-cards', 'voucher').aggregate).toBe('voucher');
  });

  it.each(['gift-card', 'delivery', 'address', 'box', 'branch', 'day', 'bonus-day'])('%s has a plural', (word) => {
    expect(singular(plural(word))).toBe(word);
  });
});

describe('refused', () => {
  it.each([
    ['', 'this is ""'],
    ['Loyalty', 'this is "Loyalty"'],
    ['loyal ty', 'lower-case letters, digits and single hyphens'],
    ['2fa', 'begins with a letter'],
    ['gift--cards', 'single hyphens'],
    ['gift-', 'single hyphens'],
    ['../orders', 'this is "../orders"'],
    ['a-name-that-is-too-long', '20 characters at most'],
    ['contracts', 'stands for something else'],
    ['local-cloud', 'stands for something else'],
    ['default', 'a word of JavaScript'],
    ['await', 'a word of JavaScript'],
    ['aux', 'Windows keeps the file name "aux"'],
  ])('the name "%s"', (service, sentence) => {
    expect(() => namesFor(service)).toThrow(sentence);
  });

  it('a name that leaves too little for what it keeps', () => {
    const sentence = 'more than 29 characters together';
    expect(() => namesFor('customer-addresses')).toThrow(sentence);
    expect(namesFor('customer-addresses', 'address')).toEqual({ service: 'customer-addresses', aggregate: 'address' });
  });

  it.each([
    ['', 'this is ""'],
    ['Voucher', 'this is "Voucher"'],
    ['web3', 'lower-case letters and single hyphens'],
    ['v'.repeat(31), '30 characters at most'],
    ['nul', 'Windows keeps'],
  ])('"%s" as what it keeps', (aggregate, sentence) => {
    expect(() => namesFor('loyalty', aggregate)).toThrow(sentence);
  });
});

/** What a service publishes, as `npm run new-service` declares it. */
const recorded = (owner: string, name: string) =>
  event(owner, name, 1, z.object({ thing: z.string() }), { description: 'Made.', example: { thing: 'a' } });

it('a name of the greatest length makes names that AWS takes', () => {
  const { service, aggregate } = namesFor('a'.repeat(20), 'b'.repeat(9));
  const name = `${pascalCase(aggregate)}Recorded`;
  const { resources } = expandService(
    {
      ...{
        service,
        stage: 'production',
        timeout: 10,
        version: '0.1.0',
        commit: 'abc',
        docs: 'https://example.com/docs',
        dure: {},
        resources: {},
      },
      functions: {
        events: { consumes: [`${name}.v1`], table: 'readWrite' },
        relay: { relay: true },
      },
    },
    [...contracts, recorded(service, name)],
  );
  const rules = Object.values(resources).filter(({ Type }) => Type === 'AWS::Events::Rule');
  expect(rules.map(({ Properties }) => Properties['Name'])).toEqual([`dure-production-${service}-events-${name}-v1`]);
});
