import { printable } from './printable.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '"': '\\"',
  "'": "\\'",
  '/': '\\/',
  '\\': '\\\\',
};

/** `$util`. Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html#util-template-reference */
export const UTIL = {
  /** Single quotes too, which JSON does not take: templates replace them back. */
  escapeJavaScript: (value: unknown): string =>
    textOf(value).replace(/["'/\\\p{Cc}]|[^\x20-\x7e]/gu, (character) => ESCAPES[character] ?? unicode(character)),
  parseJson: (text: unknown): unknown => printable(JSON.parse(textOf(text))),
  urlEncode: (value: unknown): string => new URLSearchParams([['', textOf(value)]]).toString().slice(1),
  urlDecode: (value: unknown): string => {
    try {
      return decodeURIComponent(textOf(value).replaceAll('+', ' '));
    } catch {
      return textOf(value);
    }
  },
  base64Encode: (value: unknown): string => Buffer.from(textOf(value)).toString('base64'),
  base64Decode: (value: unknown): string => Buffer.from(textOf(value), 'base64').toString('utf8'),
};

const textOf = (value: unknown): string => (value === undefined || value === null ? '' : String(value));

const unicode = (character: string): string =>
  character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`)
    .join('');
