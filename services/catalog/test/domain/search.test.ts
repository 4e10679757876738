import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Product } from '../../src/domain/product.ts';
import { matches, searchFor, wordsOf, wordsOfProduct } from '../../src/domain/search.ts';

const product: Product = {
  sku: 'MUG',
  title: 'Crème brûlée dish & MUGS',
  description: '머그잔, 흰색. Straße 3×300 ml',
  tags: ['kitchen-ware', 'gift'],
  price: { amount: 1290, currency: 'EUR' },
  status: 'active',
  version: 1,
  createdAt: '2026-01-05T09:30:00.000Z',
  updatedAt: '2026-01-05T09:30:00.000Z',
};
const found = (text: string, tag?: string) => matches(product, searchFor(text, tag));

describe('words', () => {
  it.each([
    ['White  mug', ['white', 'mug']],
    ["L'Oréal, don’t", ['l', 'oreal', 'don', 't']],
    ['ＭＵＧ ﬁne', ['mug', 'fine']],
    ['STRASSE Straße straẞe', ['strasse']],
    ['İstanbul ılık', ['istanbul', 'ilik']],
    ['ΟΔΟΣ', ['οδοσ']],
    ['머그잔 머그잔', ['머그잔']],
    ['머그'.normalize('NFD'), ['머그']],
    ['mug mug', ['mug']],
    ['日本 300ml', ['日本', '300ml']],
    ['--- !!', []],
  ])('of %p are %p', (text, words) => expect(wordsOf(text)).toEqual(words));

  it('are words themselves: normalising them again changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        const words = wordsOf(text);
        expect(wordsOf(words.join(' '))).toEqual(words);
      }),
    );
  });
});

describe('a search', () => {
  it.each([
    'creme',
    'CRÈME',
    'mug',
    'mugs',
    'm',
    'kitchen',
    'ware',
    'gift',
    '머',
    '머그',
    '흰색',
    'strasse',
    '300',
    'ml mug',
  ])('for %p finds it', (text) => expect(found(text)).toBe(true));

  it.each(['ugs', 'mugsy', 'mug cup', '그잔', '먹', 'wares'])('for %p does not', (text) =>
    expect(found(text)).toBe(false),
  );

  it('asks for the whole tag', () => {
    expect([found('mug', 'gift'), found('mug', 'gif'), found('cup', 'gift')]).toEqual([true, false, false]);
  });

  it('finds nothing that is retired', () => {
    expect(matches({ ...product, status: 'retired' }, searchFor('mug', undefined))).toBe(false);
  });

  it('asks once for words that begin one another', () => {
    expect(searchFor('m mug mugs gift mug', undefined).words).toEqual(['mugs', 'gift']);
  });

  it('finds a text by the beginnings of any of its words, in any order and case', () => {
    const text = fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(text, fc.infiniteStream(fc.nat()), (words, random) => {
        const titled = { ...product, title: words.join(' '), description: undefined };
        const asked = wordsOfProduct(titled).filter(() => random.next().value! % 2 === 0);
        const beginnings = asked.map((word) => [...word].slice(0, 1 + (random.next().value! % 4)).join(''));
        expect(matches(titled, searchFor(beginnings.reverse().join(' ').toUpperCase(), undefined))).toBe(true);
      }),
    );
  });
});
