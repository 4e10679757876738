import type { Product, ProductText } from './product.ts';

/** What a search looks for: products that have the tag and, for each word, a word that starts with it. */
export interface Search {
  readonly words: readonly string[];
  readonly tag?: string;
}

/**
 * The words of a text in comparable form: runs of letters and digits, without case, accents and compatibility forms.
 * NFKD splits Hangul syllables as it splits accents; NFC joins them again, so that a syllable stays one character.
 * Source: https://www.unicode.org/reports/tr15/
 */
export function wordsOf(text: string): string[] {
  // Lower, upper, lower: this makes ẞ, ß and ss equal, and also ı, İ and i.
  const folded = text.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ');
  const plain = folded.normalize('NFKD').replace(/\p{M}/gu, '').normalize('NFC');
  return [...new Set(plain.match(/[\p{L}\p{N}]+/gu))];
}

/** The words that a product is found by. */
export const wordsOfProduct = ({ title, description = '', tags }: ProductText): string[] =>
  wordsOf([title, description, ...tags].join(' '));

/** Drops words that are the start of another: `mugs` implies `mug`. Longest first. */
export function searchFor(text: string | undefined, tag: string | undefined): Search {
  const words = wordsOf(text ?? '');
  const distinct = words.filter((word) => !words.some((other) => other !== word && other.startsWith(word)));
  return { words: distinct.sort((a, b) => b.length - a.length), tag };
}

export function matches(product: Product, { words, tag }: Search): boolean {
  if (product.status !== 'active' || (tag !== undefined && !product.tags.includes(tag))) return false;
  const has = wordsOfProduct(product);
  return words.every((word) => has.some((it) => it.startsWith(word)));
}
