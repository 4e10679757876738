import { parseXML } from '@aws-sdk/xml-builder';
import { S3Error } from './s3-error.ts';

export type XmlNode = Readonly<Record<string, unknown>>;

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** A whole document: lists repeat their element, dates are ISO 8601; what is undefined is left out. */
export const document = (root: string, content: XmlNode): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${NAMESPACE}">${children(content)}</${root}>`;

/** An error has no namespace. */
export const errorDocument = (content: XmlNode): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${children(content)}</Error>`;

const children = (content: XmlNode): string =>
  Object.entries(content)
    .map(([name, value]) => element(name, value))
    .join('');

function element(name: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map((item) => element(name, item)).join('');
  if (value instanceof Date) return `<${name}>${value.toISOString()}</${name}>`;
  if (typeof value === 'object') return `<${name}>${children(value as XmlNode)}</${name}>`;
  return `<${name}>${escape(String(value))}</${name}>`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** A key may have control characters, which are written as numbers. */
const escape = (text: string): string =>
  text.replace(
    /[&<>"\u0000-\u001f]/g,
    (character) => ENTITIES[character] ?? `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`,
  );

/** What is in the root element of a request's document. @throws S3Error `MalformedXML` */
export function parseDocument(text: string, root: string): XmlNode {
  let parsed: XmlNode;
  try {
    parsed = parseXML(text) as XmlNode;
  } catch {
    throw new S3Error('MalformedXML');
  }
  if (!(root in parsed)) throw new S3Error('MalformedXML');
  return nodeOf(parsed[root]);
}

/** An element that has elements; an empty one is a text to the parser. @throws S3Error `MalformedXML` */
export function nodeOf(value: unknown): XmlNode {
  if (value === undefined || value === '') return {};
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as XmlNode;
  throw new S3Error('MalformedXML');
}

/** Elements of one name: none, one or several. */
export const nodesOf = (value: unknown): XmlNode[] => itemsOf(value).map(nodeOf);

export const itemsOf = (value: unknown): unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as unknown[]) : [value];

/** The text of an element; undefined when it is not there. @throws S3Error `MalformedXML` */
export function textOf(value: unknown): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  throw new S3Error('MalformedXML');
}
