import { STATUS_CODES } from 'node:http';
import { below, followed, nodeOf, type Part } from './document.ts';
import type { Expression } from './expression.ts';
import { type Notes, Unsupported } from './notes.ts';
import { type Context, convert } from './schema.ts';

export interface Answer {
  readonly status: number;
  readonly description: string;
  readonly body?: Expression;
  readonly headers: readonly string[];
  /** Of the body, as the document gives them. */
  readonly examples: readonly Example[];
}

export interface Example {
  readonly pointer: string;
  readonly value: unknown;
}

export type Problems = Readonly<Record<string, { readonly status: number; readonly title: string }>>;

const KNOWN_HEADERS = ['etag', 'location'];
/** Answered for every endpoint, by the edge and the binding. */
const FOR_ALL = [400, 401, 405, 406, 412, 413, 415, 428, 429];
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json$/;

/** The successful answers, the lowest status first. @throws Unsupported if there are none, or one is not JSON */
export function answersOf(responses: Part, context: Context): Answer[] {
  const { notes } = context;
  const entries = Object.entries(responses.node).filter(([status]) => !status.startsWith('x-'));
  const successes = entries.filter(([status]) => /^2\d\d$/.test(status));
  if (successes.length === 0) throw new Unsupported(responses.pointer, 'no answer says that it worked (2xx)');
  for (const [status] of entries) {
    if (/^[13]/.test(status) || status === '2XX')
      notes.add(below(responses.pointer, status), 'left out: a contract answers 2xx by number, and problems');
  }
  return successes.map(([status, given]) => {
    const { node, pointer } = followed(context.document, {
      node: nodeOf(given),
      pointer: below(responses.pointer, status),
    });
    for (const name of Object.keys(nodeOf(node['headers']))) {
      if (!KNOWN_HEADERS.includes(name.toLowerCase()))
        notes.add(below(pointer, 'headers', name), 'a header of its own is no part of a contract, and is left out');
    }
    if (node['links'] !== undefined)
      notes.add(below(pointer, 'links'), 'links are left out: an answer has its own in _links');
    const headers = Object.keys(nodeOf(node['headers']))
      .map((it) => it.toLowerCase())
      .filter((it) => KNOWN_HEADERS.includes(it));
    const content = jsonContent({ node, pointer }, notes);
    const description = String(node['description'] ?? '') || (STATUS_CODES[status] ?? 'The answer');
    if (content === undefined || status === '204')
      return { status: Number(status), description, headers, examples: [] };
    const schema = { node: nodeOf(content.node['schema']), pointer: below(content.pointer, 'schema') };
    return {
      status: Number(status),
      description,
      headers,
      body: convert(schema, context),
      examples: examplesOf(content),
    };
  });
}

/** The JSON among the media types. @throws Unsupported if there are others only */
export function jsonContent({ node, pointer }: Part, notes: Notes): Part | undefined {
  const types = Object.entries(nodeOf(node['content']));
  if (types.length === 0) return undefined;
  const isJson = ([type]: [string, unknown]): boolean => JSON_TYPE.test(type.split(';')[0]!.trim()) || type === '*/*';
  const found = types.find(([type]) => type === 'application/json') ?? types.find(isJson);
  if (found === undefined) {
    throw new Unsupported(
      below(pointer, 'content'),
      `a contract has JSON only, and this is ${types.map(([type]) => type).join(', ')}`,
    );
  }
  const [chosen, media] = found;
  for (const [type] of types)
    if (type !== chosen) notes.add(below(pointer, 'content', type), 'left out: a contract has JSON only');
  if (chosen !== 'application/json') notes.add(below(pointer, 'content', chosen), 'the media type is application/json');
  return { node: nodeOf(media), pointer: below(pointer, 'content', chosen) };
}

export function examplesOf({ node, pointer }: Part): Example[] {
  const one = node['example'] === undefined ? [] : [{ pointer: below(pointer, 'example'), value: node['example'] }];
  const named = Object.entries(nodeOf(node['examples'])).flatMap(([name, example]) =>
    nodeOf(example)['value'] === undefined
      ? []
      : [{ pointer: below(pointer, 'examples', name, 'value'), value: nodeOf(example)['value'] }],
  );
  return [...one, ...named];
}

/** Of all problems of a document, by code: a code has one title everywhere. */
export type Titles = Map<string, string>;

/** The problems that are the client's. What every endpoint may answer is not repeated. @param thing `pet` */
export function problemsOf(responses: Part, thing: string, titles: Titles, { document, notes }: Context): Problems {
  const problems: Record<string, { status: number; title: string }> = {};
  for (const [status, given] of Object.entries(responses.node)) {
    const pointer = below(responses.pointer, status);
    if (/^(?:5|default$)/.test(status)) {
      notes.add(pointer, 'left out: every endpoint answers what goes wrong here as problem+json');
    }
    if (!/^4\d\d$/.test(status)) continue;
    if (FOR_ALL.includes(Number(status))) {
      notes.add(pointer, 'left out: every endpoint answers this status as problem+json');
      continue;
    }
    const { node } = followed(document, { node: nodeOf(given), pointer });
    const reason = STATUS_CODES[status] ?? 'Refused';
    const code = `${thing}-${reason.replaceAll(/[^A-Za-z]+/g, '-').toLowerCase()}`;
    const title = titles.get(code) ?? (titleOf(String(node['description'] ?? '')) || reason);
    titles.set(code, title);
    if (node['content'] !== undefined) notes.add(pointer, 'the body is application/problem+json');
    problems[code] = { status: Number(status), title };
  }
  return problems;
}

/** The first sentence of a text. */
export const titleOf = (text: string): string =>
  text
    .trim()
    .split(/\n|\.(?:\s|$)/)[0]!
    .trim()
    .slice(0, 160);
