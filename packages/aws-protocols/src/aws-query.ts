import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { requestUrl } from '@dure/local-http/request-url';
import { readBody } from './aws-body.ts';
import { asAwsError, AwsError } from './aws-error.ts';

/** What a request says beside its parameters. */
export interface QueryContext {
  /** The trace that it belongs to, as `X-Amzn-Trace-Id` says it. */
  readonly trace?: string;
}

/** One action of a service of the AWS query protocol: parameters in, the members of its result out. */
export type QueryAction = (input: Record<string, unknown>, context: QueryContext) => unknown;

export interface QueryService {
  /** XML namespace of its answers. */
  readonly namespace: string;
  readonly actions: Readonly<Record<string, QueryAction>>;
}

/**
 * Answers a request of the AWS query protocol: parameters as a form (`Tags.member.1.Key=…`) in its body or address, the
 * answer as XML.
 * Source: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export async function answerQuery(
  { namespace, actions }: QueryService,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const body = (await readBody(request, response)).toString('utf8');
    const input = parseForm([requestUrl(request).search.slice(1), body].filter((form) => form !== '').join('&'));
    const trace = request.headers['x-amzn-trace-id'];
    const name = String(input['Action'] ?? '');
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (action === undefined) throw new AwsError('InvalidAction', `The action ${name} is not supported here.`);
    sendQueryResult(response, namespace, name, (await action(input, typeof trace === 'string' ? { trace } : {})) ?? {});
  } catch (error) {
    sendQueryError(response, namespace, error);
  }
}

/** @param lists `flat` where the service's lists repeat their own name instead of having `<member>`s */
export function sendQueryResult(
  response: ServerResponse,
  namespace: string,
  action: string,
  result: unknown,
  lists: Lists = 'members',
): void {
  const full = toXml(`${action}Result`, result, lists);
  const xml = full === `<${action}Result></${action}Result>` ? `<${action}Result/>` : full;
  send(response, 200, `<${action}Response xmlns="${namespace}">${xml}${metadata()}</${action}Response>`);
}

/** Anything but an AwsError is an InternalFailure. */
export function sendQueryError(
  response: ServerResponse,
  namespace: string,
  error: unknown,
  codeOf = (code: string): string => code,
): void {
  const known = asAwsError(error);
  const type = known.statusCode < 500 ? 'Sender' : 'Receiver';
  const body = toXml('Error', { Type: type, Code: codeOf(known.code), Message: known.message });
  const xml = `<ErrorResponse xmlns="${namespace}">${body}<RequestId>${randomUUID()}</RequestId></ErrorResponse>`;
  send(response, known.statusCode, xml);
}

function metadata(): string {
  return `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata>`;
}

function send(response: ServerResponse, status: number, xml: string): void {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n${xml}`;
  response.writeHead(status, { 'content-type': 'text/xml', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

const MAX_DEPTH = 16;

/** `Parameters.member.1.ParameterKey=a` → `{ Parameters: [{ ParameterKey: 'a' }] }` */
export function parseForm(body: string): Record<string, unknown> {
  const root = Object.create(null) as Record<string, unknown>;
  for (const [key, value] of new URLSearchParams(body)) {
    const path = key.split('.');
    if (path.length > MAX_DEPTH) throw new AwsError('MalformedQueryString', `A parameter has over ${MAX_DEPTH} parts.`);
    let node = root;
    for (const part of path.slice(0, -1)) {
      if (typeof node[part] !== 'object') node[part] = Object.create(null);
      node = node[part] as Record<string, unknown>;
    }
    node[path.at(-1) ?? ''] = value;
  }
  return Object.fromEntries(Object.entries(root).map(([key, value]) => [key, withLists(value)]));
}

function withLists(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const { member, ...others } = value as Record<string, unknown>;
  if (typeof member === 'object' && member !== null && Object.keys(others).length === 0) {
    const items = Object.entries(member).sort(([left], [right]) => Number(left) - Number(right));
    return items.map(([, item]) => withLists(item));
  }
  if (member === '' && Object.keys(others).length === 0) return [];
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withLists(inner)]));
}

type Lists = 'members' | 'flat';

/** Lists become `<member>`s, maps `<entry>`s, dates ISO 8601; what is undefined is left out. */
export function toXml(name: string, value: unknown, lists: Lists = 'members'): string {
  if (value === undefined || value === null) return '';
  if (lists === 'flat' && Array.isArray(value)) return value.map((item) => toXml(name, item, lists)).join('');
  return `<${name}>${content(value, lists)}</${name}>`;
}

function content(value: unknown, lists: Lists): string {
  if (Array.isArray(value)) return value.map((item) => toXml('member', item)).join('');
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Map) return [...value].map(([key, of]) => toXml('entry', { key, value: of })).join('');
  if (typeof value !== 'object' || value === null) return escape(String(value));
  return Object.entries(value)
    .map(([key, inner]) => toXml(key, inner, lists))
    .join('');
}

// A bare carriage return would reach the reader as a line feed.
const ENTITIES: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#xD;' },
};

function escape(text: string): string {
  return text.replace(/[&<>"\r]/g, (character) => ENTITIES[character] ?? character);
}
