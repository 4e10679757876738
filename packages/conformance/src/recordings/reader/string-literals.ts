import { Unreadable } from './values.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  ...{ n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', a: '\x07', 0: '\0' },
  ...{ '\\': '\\', "'": "'", '"': '"', '\n': '' },
};

export interface Literal {
  readonly prefix: string;
  readonly quote: string;
}

/** The letters before a string, and its quotes: `rb"""` is `{ prefix: 'rb', quote: '"""' }`. */
export function literalOf(source: string): Literal {
  const [, prefix = '', quote = ''] = /^([a-zA-Z]*)("""|'''|"|')/.exec(source) ?? [];
  if (quote === '') throw new Unreadable(`the text ${source.slice(0, 20)}`);
  return { prefix: prefix.toLowerCase(), quote };
}

/** A string or bytes literal. */
export function readString(source: string): string | Uint8Array {
  const { prefix, quote } = literalOf(source);
  const body = source.slice(prefix.length + quote.length, -quote.length);
  const value = prefix.includes('r') ? body : unescape(body);
  return prefix.includes('b') ? Buffer.from(value, 'latin1') : value;
}

export function unescape(body: string): string {
  return body.replace(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]))/g,
    (whole, ...groups: (string | undefined)[]) => {
      const code = groups[0] ?? groups[1] ?? groups[2];
      if (code !== undefined) return String.fromCodePoint(parseInt(code, 16));
      return ESCAPES[groups[3] ?? ''] ?? whole;
    },
  );
}
