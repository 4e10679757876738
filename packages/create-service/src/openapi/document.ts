import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { parseDocument } from 'yaml';
import { Refusal } from '../refusal.ts';
import { Unsupported } from './notes.ts';

/** An object of the document. */
export type Node = { readonly [key: string]: unknown };

/** A part of the document and where it is. */
export interface Part {
  readonly node: Node;
  readonly pointer: string;
}

const SHOWN_ERRORS = 5;
const SUPPORTED = /^3\.[01]\./;

export const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object of which nothing is said. */
export const nodeOf = (value: unknown): Node => (isNode(value) ? value : {});

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

/** `#/paths` and `/pets` → `#/paths/~1pets` */
export const below = (pointer: string, ...keys: (string | number)[]): string =>
  [pointer, ...keys.map((key) => String(key).replaceAll('~', '~0').replaceAll('/', '~1'))].join('/');

/**
 * Reads an OpenAPI document, in JSON or YAML.
 * @throws Refusal for a file that is not there, is none, or is of another version
 */
export async function readDocument(path: string): Promise<Node> {
  const document = parse(path);
  const version = String(document['openapi'] ?? '');
  if (document['swagger'] !== undefined) {
    throw new Refusal(`${path} is Swagger ${String(document['swagger'])}. Convert it to OpenAPI 3.0 or 3.1 first.`);
  }
  if (!SUPPORTED.test(version)) {
    throw new Refusal(
      `${path} is no OpenAPI 3.0 or 3.1 document: "openapi" is ${version === '' ? 'missing' : version}.`,
    );
  }
  const result = await new Validator().validate(withoutExtensions(document) as Record<string, unknown>);
  if (result.valid) return document;
  const errors = Array.isArray(result.errors)
    ? result.errors.map(({ instancePath, message }) => `  #${instancePath}: ${message ?? 'is wrong'}`)
    : [`  ${String(result.errors)}`];
  throw new Refusal(
    `${path} is not valid OpenAPI ${version}:\n${[...new Set(errors)].slice(0, SHOWN_ERRORS).join('\n')}`,
  );
}

/** Extensions may have anything, and references to other files too. */
function withoutExtensions(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutExtensions);
  if (!isNode(value)) return value;
  const kept = Object.entries(value).filter(([key]) => !key.startsWith('x-'));
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutExtensions(inner)]));
}

function parse(path: string): Node {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new Refusal(`--from takes an OpenAPI file, and there is no file ${path}.`);
  }
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) throw new Refusal(`${path} is neither JSON nor YAML: ${error.message.split('\n')[0]}`);
  const content: unknown = document.toJS();
  if (!isNode(content)) throw new Refusal(`${path} is no OpenAPI document.`);
  return content;
}

/**
 * The part that a reference leads to, through other references; a part without one is itself.
 * @throws Unsupported for a reference to another file or to nothing
 */
export function followed(document: Node, part: Part): Part {
  let { node, pointer } = part;
  for (let steps = 0; typeof node['$ref'] === 'string'; steps += 1) {
    const target = node['$ref'];
    if (!target.startsWith('#/'))
      throw new Unsupported(pointer, `it refers to another file (${target}): bundle them first`);
    if (steps > 20) throw new Unsupported(pointer, 'its reference leads to itself');
    const found = at(document, target);
    if (!isNode(found)) throw new Unsupported(pointer, `there is no ${target}`);
    node = found;
    pointer = target;
  }
  return { node, pointer };
}

function at(document: Node, pointer: string): unknown {
  const keys = pointer
    .slice(2)
    .split('/')
    .map((key) => decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~'));
  return keys.reduce<unknown>(
    (value, key) => (Array.isArray(value) ? value[Number(key)] : nodeOf(value)[key]),
    document,
  );
}
