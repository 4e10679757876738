import type { Product, ProductText } from './product.ts';

/** What is looked for: products that have the tag and, for each word, one that begins with it. */
export interface Search {
  readonly words: readonly string[];
  readonly tag?: string;
}

/**
 * The words of a text as they are compared: runs of letters and digits, without case, accents and compatibility forms.
 * Hangul, which NFD takes apart as it does accents, is put together again, so that a syllable is one character.
 * Source: https://www.unicode.org/reports/tr15/
 */
export function wordsOf(text: string): string[] {
  // Lower, upper, lower: ẞ, ß and ss are then the same, as are ı, İ and i.
  const folded = text.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ');
  const plain = folded.normalize('NFKD').replace(/\p{M}/gu, '').normalize('NFC');
  return [...new Set(plain.match(/[\p{L}\p{N}]+/gu))];
}

/** The words that a product is found by. */
export const wordsOfProduct = ({ title, description = '', tags }: ProductText): string[] =>
  wordsOf([title, description, ...tags].join(' '));

/** Words that begin another one are dropped: what has `mugs` has `mug`. The longest come first. */
export function searchFor(text: string | undefined, tag: string | undefined): Search {
  const words = wordsOf(text ?? '');
  const telling = words.filter((word) => !words.some((other) => other !== word && other.startsWith(word)));
  return { words: telling.sort((a, b) => b.length - a.length), tag };
}

export function matches(product: Product, { words, tag }: Search): boolean {
  if (product.status !== 'active' || (tag !== undefined && !product.tags.includes(tag))) return false;
  const has = wordsOfProduct(product);
  return words.every((word) => has.some((it) => it.startsWith(word)));
}
