import { type IncomingMessage, request } from 'node:http';
import { Callable, Failure, type Named, Namespace, Unreadable, isDict, text } from '../reader/values.ts';
import { ACCESS_KEY, type Connection } from './clients.ts';

/** Addresses of AWS and of LocalStack that mean the account: what stands for it in a case. */
const AWS = /^https?:\/\/[\w.-]+\.(amazonaws\.com|localstack\.cloud)(:\d+)?(?=\/|\?|$)/;
/** The address of an API. */
const API = /^https?:\/\/([a-z0-9]+)\.execute-api\.[\w-]+\.amazonaws\.com/;
const METHODS = ['get', 'post', 'put', 'delete', 'patch', 'head', 'options'];

/** Requests that a case makes without an AWS client. None leaves this machine. */
export const httpWords = (connection: Connection): Readonly<Record<string, unknown>> => ({
  requests: clientOf((url, method, named) => send(connection, url, method, named)),
  aws_http_client_factory: new Callable(([service, region], named) => {
    const name = text(service).replace(/_query$/, '');
    const where = text(region ?? named['region'] ?? connection.region);
    const key = text(named['aws_access_key_id'] ?? ACCESS_KEY);
    const authorization = `AWS4-HMAC-SHA256 Credential=${key}/20260101/${where}/${name}/aws4_request`;
    return clientOf((url, method, more) =>
      send(connection, url, method, {
        ...more,
        headers: { authorization, ...(more['headers'] as object | undefined) },
      }),
    );
  }),
});

const clientOf = (ask: (url: string, method: string, named: Named) => Promise<unknown>): Namespace =>
  new Namespace(
    Object.fromEntries(
      METHODS.map((method) => [
        method,
        new Callable(([url, body], named) =>
          ask(text(url ?? named['url']), method.toUpperCase(), {
            ...(body !== undefined && { data: body }),
            ...named,
          }),
        ),
      ]),
    ),
  );

/** What Python's requests sends by itself. */
const OWN_HEADERS = { 'User-Agent': 'python-requests', 'Accept-Encoding': 'gzip, deflate', Accept: '*/*' };

async function send({ endpoint }: Connection, url: string, method: string, named: Named): Promise<Namespace> {
  const here = url.replace(API, `${endpoint}/_aws/execute-api/$1`).replace(AWS, endpoint);
  const address = new URL(here);
  if (address.origin !== new URL(endpoint).origin) throw new Unreadable(`a request to ${address.origin}`);
  for (const [name, value] of Object.entries((named['params'] ?? {}) as Named)) {
    for (const one of Array.isArray(value) ? value : [value]) address.searchParams.append(name, text(one));
  }
  const { json, data } = named;
  const body = json === undefined ? bodyOf(data) : JSON.stringify(json);
  const headers = withDefaults({
    ...(named['headers'] as Record<string, string> | undefined),
    ...(json !== undefined && { 'Content-Type': 'application/json' }),
    ...(isDict(data) && { 'Content-Type': 'application/x-www-form-urlencoded' }),
    ...(body !== undefined && { 'Content-Length': String(Buffer.byteLength(body)) }),
  });
  // As it is written: a client of Fetch changes the letters of names, and slashes.
  const path = `${address.pathname}${address.search}`;
  const { hostname: host, port } = address;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  request({ host, port, method, path, headers }, resolve).on('error', reject).end(body);
  const response = await promise;
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  return answerOf(response, Buffer.concat(chunks));
}

function withDefaults(given: Readonly<Record<string, string>>): Record<string, string> {
  const names = Object.keys(given).map((name) => name.toLowerCase());
  const own = Object.entries(OWN_HEADERS).filter(([name]) => !names.includes(name.toLowerCase()));
  return { ...Object.fromEntries(own), ...given };
}

function bodyOf(data: unknown): string | Uint8Array<ArrayBuffer> | undefined {
  if (data === undefined || data === null) return undefined;
  if (data instanceof Uint8Array) return new Uint8Array(data);
  if (isDict(data)) {
    const pairs = Object.entries(data).map(([name, value]): [string, string] => [name, text(value)]);
    return new URLSearchParams(pairs).toString();
  }
  return text(data);
}

/** What the two ends of a connection say of it, and no client relies on. */
const OF_THE_CONNECTION = /^keep-alive$/i;

/** Names as they were written; what was repeated, in one. */
function headersOf({ rawHeaders }: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [given = '', value = ''] = rawHeaders.slice(at, at + 2);
    if (OF_THE_CONNECTION.test(given)) continue;
    const name = Object.keys(headers).find((key) => key.toLowerCase() === given.toLowerCase()) ?? given;
    headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
  }
  return headers;
}

function answerOf(response: IncomingMessage, content: Buffer): Namespace {
  const { statusCode: status = 0 } = response;
  const given = headersOf(response);
  const nameOf = (name: string | symbol): string =>
    Object.keys(given).find((key) => key.toLowerCase() === String(name).toLowerCase()) ?? '';
  const members: Readonly<Record<string, unknown>> = {
    ok: status < 400,
    status_code: status,
    text: content.toString(),
    content,
    // Whatever letters a case writes them in.
    headers: new Proxy(given, {
      get: (headers, name) => headers[nameOf(name)],
      has: (_, name) => nameOf(name) !== '',
      getOwnPropertyDescriptor: (headers, name) => Object.getOwnPropertyDescriptor(headers, nameOf(name)),
    }),
    json: new Callable(() => {
      try {
        return JSON.parse(content.toString()) as unknown;
      } catch {
        throw new Failure('JSONDecodeError', 'not JSON');
      }
    }),
    raise_for_status: new Callable(() => {
      if (status >= 400) throw new Error(`The answer has status ${status}.`);
      return null;
    }),
  };
  return new Namespace(members);
}

const TAG = /<(\/?)([\w:.-]+)((?:\s+[\w:.-]+="[^"]*")*)\s*(\/?)>|([^<]+)/g;
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

/** `xmltodict.parse`: elements by name, attributes by `@name`, several of a name as a list. */
export function xmlAsDict(source: string): unknown {
  const root: Element = { children: {}, text: '' };
  const open = [root];
  for (const [, close, name = '', attributes = '', empty, plain] of source.replace(/<\?.*?\?>/g, '').matchAll(TAG)) {
    const element = open.at(-1)!;
    if (plain !== undefined) element.text += plain.replace(/&(\w+);/g, (whole, key: string) => ENTITIES[key] ?? whole);
    else if (close === '/') open.pop();
    else {
      const child: Element = { children: {}, text: '' };
      for (const [, key = '', value] of attributes.matchAll(/([\w:.-]+)="([^"]*)"/g))
        child.children[`@${key}`] = [value];
      (element.children[name] ??= []).push(child);
      if (empty === '') open.push(child);
    }
  }
  return valueOf(root);
}

interface Element {
  readonly children: Record<string, unknown[]>;
  text: string;
}

function valueOf(value: unknown): unknown {
  if (typeof value === 'string') return value;
  const { children, text: own } = value as Element;
  const entries = Object.entries(children);
  if (entries.length === 0) return own.trim() === '' ? null : own;
  return Object.fromEntries(entries.map(([name, of]) => [name, of.length === 1 ? valueOf(of[0]) : of.map(valueOf)]));
}
