import fc from 'fast-check';
import { breakBody, breakText, type Json } from './bodies.ts';
import type { Operation, Parameter } from './open-api.ts';
import { fieldValue, type Known, strangeText, validValue } from './values.ts';

/** A request to send, and the expected outcome. */
export interface FuzzRequest {
  /** How it was changed, for reports. */
  readonly kind: string;
  readonly method: string;
  /** Relative to the service's base URL, with the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
  /**
   * `valid`: conforms to the published contract. `refused`: breaks it, so only a 4xx is right. `any`: may be either.
   * `elsewhere`: the answer need not come from this operation.
   */
  readonly expect: 'valid' | 'refused' | 'any' | 'elsewhere';
}

/** A request before it is serialised. */
interface Draft {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Json | undefined;
}

/** Valid and invalid requests to an operation. */
export function requestsOf(operation: Operation, known: Known = {}): fc.Arbitrary<FuzzRequest> {
  const drafts = draftsOf(operation, known);
  const valid = drafts.map((draft) => finish(operation, draft, { kind: 'valid', expect: 'valid' }));
  const spoilt = [
    ...(operation.body === undefined ? [strangeBody(operation, drafts)] : spoiltBodies(operation, drafts)),
    ...spoiltHeaders(operation, drafts),
    ...spoiltQueries(operation, drafts),
    ...spoiltPaths(operation, drafts),
    wrongVerb(operation, drafts),
  ];
  return fc.oneof({ weight: 2, arbitrary: valid }, { weight: 5, arbitrary: fc.oneof(...spoilt) });
}

function draftsOf(operation: Operation, known: Known): fc.Arbitrary<Draft> {
  const { resolve, body, bodyRequired } = operation;
  const bodies = body === undefined ? fc.constant(undefined) : validValue(body, resolve, known);
  return fc.record({
    params: texts(operation, 'path', known),
    query: texts(operation, 'query', known),
    headers: texts(operation, 'header', known),
    body: bodyRequired ? bodies : fc.option(bodies, { nil: undefined }),
  }) as fc.Arbitrary<Draft>;
}

const of = (operation: Operation, where: Parameter['in']) => operation.parameters.filter((it) => it.in === where);

function texts(operation: Operation, where: Parameter['in'], known: Known): fc.Arbitrary<Record<string, string>> {
  const fields = of(operation, where).map(({ name, schema, required }) => {
    const made =
      where === 'header'
        ? headerValue(name, schema, operation, known)
        : fieldValue(name, schema, operation.resolve, known);
    const value = made.map(String);
    return [where === 'header' ? name.toLowerCase() : name, required ? value : seldom(value)] as const;
  });
  return fc.record(Object.fromEntries(fields)).map(present);
}

const seldom = (value: fc.Arbitrary<string>) =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });

const present = (values: Readonly<Record<string, string | undefined>>) =>
  Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined));

function headerValue(name: string, schema: Parameter['schema'], operation: Operation, known: Known) {
  // The schema allows any text; what matters is an existing tag.
  if (name === 'If-None-Match') return fc.constantFrom('*', '"1"', 'W/"2"', '"0", "3"');
  if (name === 'If-Match') return fc.constantFrom('"1"', '"2"', 'W/"3"');
  if (name === 'x-request-id') return fc.constantFrom('fuzz-1', '7f3a');
  if (name === 'Idempotency-Key') return fc.oneof(fc.uuid(), fc.constantFrom('fuzz-1', 'fuzz-2'));
  if (name.startsWith('webhook-') || name === 'stripe-signature') return visibleText;
  return fieldValue(name, schema, operation.resolve, known);
}

/** The characters that a header can contain. */
const visibleText = fc.stringMatching(/^[\x21-\x7e]{1,80}$/);

interface Fate {
  readonly kind: string;
  readonly expect: FuzzRequest['expect'];
  readonly method?: string;
  readonly text?: string | Uint8Array;
  readonly contentType?: string;
  readonly rawQuery?: string;
  readonly rawParams?: Readonly<Record<string, string>>;
}

function finish(operation: Operation, draft: Draft, fate: Fate): FuzzRequest {
  const body = fate.text ?? (draft.body === undefined ? undefined : JSON.stringify(draft.body));
  const contentType = fate.contentType ?? 'application/json';
  const params = { ...encoded(draft.params), ...fate.rawParams };
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? '');
  const query = Object.entries(encoded(draft.query)).map(([name, value]) => `${name}=${value}`);
  const search = [...query, ...(fate.rawQuery === undefined ? [] : [fate.rawQuery])].join('&');
  return {
    kind: fate.kind,
    method: fate.method ?? operation.method,
    path: search === '' ? path : `${path}?${search}`,
    headers: { ...draft.headers, ...(body === undefined || contentType === '' ? {} : { 'content-type': contentType }) },
    body,
    expect: fate.expect,
  };
}

const encoded = (values: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, encode(value)]));

/** Like encodeURIComponent, but also for lone surrogates. */
const encode = (value: string) => encodeURIComponent(value.toWellFormed());

function spoiltBodies(operation: Operation, drafts: fc.Arbitrary<Draft>): fc.Arbitrary<FuzzRequest>[] {
  const holds = operation.validator(operation.body ?? {});
  const judged = (text: string): Fate['expect'] => {
    if (text.trim() === '') return operation.bodyRequired ? 'refused' : 'any';
    try {
      return holds(JSON.parse(text)) ? 'any' : 'refused';
    } catch {
      return 'refused';
    }
  };
  const withText = (kind: string, made: (body: Json) => fc.Arbitrary<string>) =>
    drafts
      .chain((draft) => made(draft.body ?? {}).map((text) => ({ draft, text })))
      .map(({ draft, text }) => finish(operation, draft, { kind, text, expect: judged(text) }));
  const filled = drafts.map((draft) => ({ ...draft, body: draft.body ?? {} }));
  return [
    withText('a body with a spoilt part', breakBody),
    withText('a body with a spoilt part', breakBody),
    withText('a spoilt text for a body', breakText),
    fc.tuple(filled, otherTypes).map(([draft, contentType]) => {
      return finish(operation, draft, { kind: 'another content type', contentType, expect: 'refused' });
    }),
    fc.tuple(filled, malformedTypes).map(([draft, contentType]) => {
      return finish(operation, draft, { kind: 'a malformed content type', contentType, expect: 'elsewhere' });
    }),
    fc.tuple(filled, fc.uint8Array({ minLength: 1, maxLength: 30 })).map(([draft, bytes]) => {
      const text = Buffer.concat([Buffer.from(JSON.stringify(draft.body)), bytes]);
      return finish(operation, draft, { kind: 'bytes that are not text', text, expect: 'any' });
    }),
    filled.map((draft) => {
      const text = JSON.stringify({ padding: 'x'.repeat(70_000), ...(draft.body as object) });
      return finish(operation, draft, { kind: 'a body too large', text, expect: 'refused' });
    }),
  ];
}

const otherTypes = fc.constantFrom('text/plain', 'application/xml', 'text/csv', 'application/jsonp');

/** A gateway may reject these, or treat them as non-JSON. */
const malformedTypes = fc.constantFrom('application/', 'json', '*/*', ';', 'multipart/form-data', '');

function strangeBody(operation: Operation, drafts: fc.Arbitrary<Draft>): fc.Arbitrary<FuzzRequest> {
  return fc
    .tuple(drafts, strangeText)
    .map(([draft, text]) => finish(operation, draft, { kind: 'a body where none is taken', text, expect: 'any' }));
}

const brokenHeaders: Readonly<Record<string, readonly string[]>> = {
  'idempotency-key': ['with space', 'k'.repeat(129), 'caf\u00e9'],
  'if-match': ['1', '*', '""', '"1', `"${'1'.repeat(65)}"`, '"1", "2"'],
};

function spoiltHeaders(operation: Operation, drafts: fc.Arbitrary<Draft>): fc.Arbitrary<FuzzRequest>[] {
  const names = of(operation, 'header').map(({ name }) => name.toLowerCase());
  const required = of(operation, 'header').filter((it) => it.required);
  const missing = required.map(({ name }) =>
    drafts.map((draft) => {
      const { [name.toLowerCase()]: _, ...headers } = draft.headers;
      return finish(operation, { ...draft, headers }, { kind: `no ${name}`, expect: 'refused' });
    }),
  );
  const broken = names
    .filter((name) => name in brokenHeaders)
    .map((name) =>
      fc.tuple(drafts, fc.constantFrom(...(brokenHeaders[name] ?? []))).map(([draft, value]) => {
        const headers = { ...draft.headers, [name]: value };
        return finish(operation, { ...draft, headers }, { kind: `a bad ${name}`, expect: 'refused' });
      }),
    );
  const odd = fc.tuple(drafts, fc.constantFrom('x', '00-0-0-0', 'x'.repeat(4_000), '\u00ff\u00fe'), tracing);
  const strange = odd.map(([draft, value, name]) => {
    return finish(
      operation,
      { ...draft, headers: { ...draft.headers, [name]: value } },
      { kind: `an odd ${name}`, expect: 'any' },
    );
  });
  return [...missing, ...broken, strange];
}

const tracing = fc.constantFrom(
  'traceparent',
  'x-correlation-id',
  'x-request-id',
  'accept',
  'if-none-match',
  'x-forwarded-for',
  'cookie',
);

function spoiltQueries(operation: Operation, drafts: fc.Arbitrary<Draft>): fc.Arbitrary<FuzzRequest>[] {
  const parameters = of(operation, 'query');
  const unknown = fc
    .tuple(
      drafts,
      fc.constantFrom('colour', '__proto__', 'constructor', 'toString', 'limit%00', '%F0%9F%92%A5', 'LIMIT'),
      strangeText,
    )
    .map(([draft, name, value]) => {
      return finish(operation, draft, {
        kind: 'an unknown query parameter',
        rawQuery: `${name}=${encode(value)}`,
        expect: 'refused',
      });
    });
  const malformed = fc
    .tuple(drafts, fc.constantFrom('%', '%zz=1', '&&&', '=', '%ff=%ff', 'a[]=1', '?', 'a=1;b=2'))
    .map(([draft, rawQuery]) => finish(operation, draft, { kind: 'a malformed query', rawQuery, expect: 'elsewhere' }));
  const each = parameters.flatMap(({ name, schema }) => [
    fc.tuple(drafts, strangeText).map(([draft, value]) => {
      const expect = holdsText(operation, schema, value) ? 'any' : 'refused';
      return finish(
        operation,
        { ...draft, query: { ...draft.query, [name]: value } },
        { kind: `a spoilt ${name}`, expect },
      );
    }),
    drafts.map((draft) => {
      const rawQuery = `${name}=1&${name}=2`;
      return finish(operation, draft, { kind: `a repeated ${name}`, rawQuery, expect: 'refused' });
    }),
  ]);
  return [unknown, malformed, ...each];
}

/** Whether a text is a valid value of the schema. */
function holdsText(operation: Operation, schema: Parameter['schema'], value: string): boolean {
  const numeric = operation.resolve(schema).type === 'integer' && Number.isFinite(Number(value));
  return operation.validator(schema)(numeric ? Number(value) : value.toWellFormed()) as boolean;
}

function spoiltPaths(operation: Operation, drafts: fc.Arbitrary<Draft>): fc.Arbitrary<FuzzRequest>[] {
  const raw = fc.constantFrom('%', '%zz', '%ff', '%00', '%2F', '..', '%2e%2e', '.', '*', '%25', 'a%20b', '~', '@', ':');
  return of(operation, 'path').flatMap(({ name, schema }) => [
    fc.tuple(drafts, strangeText).map(([draft, value]) => {
      // A server may reject a segment, or route it to another path, before the operation sees it.
      const expect = holdsText(operation, schema, value) ? 'any' : 'elsewhere';
      return finish(
        operation,
        { ...draft, params: { ...draft.params, [name]: value } },
        { kind: `a spoilt ${name}`, expect },
      );
    }),
    fc.tuple(drafts, raw).map(([draft, value]) => {
      return finish(operation, draft, {
        kind: `a malformed ${name}`,
        rawParams: { [name]: value },
        expect: 'elsewhere',
      });
    }),
  ]);
}

const VERBS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND', 'TRACE'];

function wrongVerb(operation: Operation, drafts: fc.Arbitrary<Draft>): fc.Arbitrary<FuzzRequest> {
  const others = VERBS.filter((verb) => !operation.methods.includes(verb));
  return fc
    .tuple(drafts, fc.constantFrom(...others))
    .map(([draft, method]) => finish(operation, draft, { kind: 'a wrong verb', method, expect: 'elsewhere' }));
}
