import { compareAs, type CompareOptions } from '../compare/compare-schemas.ts';
import type { Schema } from '../schema/schema.ts';
import type { Change } from '../compare/walk.ts';
import { contentOf, type EndpointSchema, withParts } from './endpoint.ts';
import { compareParameters, compareRequest } from './requests.ts';
import { compareSecurity } from './security.ts';

/**
 * What changed of an endpoint for who calls it. Callers pass over fields of an answer that they do not know, and servers
 * are no part of a contract: a stage has its own.
 *
 * @param options `fields` are those of the answers that the caller reads; with none, bodies are not compared
 * @example
 * const before = { method: 'GET', path: '/v1/orders', responses: { 200: { headers: { ETag: {} } } } };
 * compareEndpoints(before, { ...before, responses: { 200: {} } }); // [{ at: '200 header etag', what: 'is no longer promised', breaking: true }]
 */
export function compareEndpoints(
  before: EndpointSchema,
  after: EndpointSchema,
  options: CompareOptions = {},
): Change[] {
  return [
    ...compareAddress(before, after),
    ...compareSecurity(before.security, after.security),
    ...compareParameters(before, after),
    ...compareRequest(before, after),
    ...compareResponses(before, after, options),
  ];
}

function compareAddress(before: EndpointSchema, after: EndpointSchema): Change[] {
  const [old, now] = [before, after].map(
    ({ method, path }) => `${method.toUpperCase()} ${path.replace(/\{.*?\}/g, '{}')}`,
  );
  const marked = (before.deprecated ?? false) !== (after.deprecated ?? false);
  return [
    ...(old === now
      ? []
      : [{ at: '', what: `is ${after.method} ${after.path}, not ${before.method} ${before.path}`, breaking: true }]),
    ...(marked
      ? [{ at: '', what: after.deprecated ? 'is deprecated now' : 'is no longer deprecated', breaking: false }]
      : []),
  ];
}

function compareResponses(before: EndpointSchema, after: EndpointSchema, options: CompareOptions): Change[] {
  const statuses = [...new Set([...Object.keys(before.responses), ...Object.keys(after.responses)])].sort();
  return statuses.flatMap((status): Change[] => {
    const [known, now] = [covering(before, status), after.responses[status]];
    if (now === undefined) {
      const gone = covering(after, status) === undefined;
      return gone ? [{ at: status, what: 'is gone', breaking: !isRefusal(status) }] : [];
    }
    if (known === undefined) return [{ at: status, what: 'is new', breaking: !isRefusal(status) }];
    return [
      ...compareHeaders(status, before.responses[known]!.headers, now.headers, before, after),
      ...compareBodies(status, contentOf(before.responses[known], before), contentOf(now, after), options),
    ];
  });
}

/** The entry that a status falls under: its own, its class, or any. */
const covering = ({ responses }: EndpointSchema, status: string): string | undefined =>
  [status, `${status[0]!}XX`, 'default'].find((it) => it in responses);

/** Callers have to expect refusals and failures of any status, and a redirect. */
const isRefusal = (status: string): boolean => /^[345](?:\d\d|XX)$/i.test(status) || status === 'default';

type Headers = Readonly<Record<string, Schema>> | undefined;

function compareHeaders(
  status: string,
  old: Headers,
  now: Headers,
  before: EndpointSchema,
  after: EndpointSchema,
): Change[] {
  const [one, other] = [lowered(old), lowered(now)];
  return [...new Set([...one.keys(), ...other.keys()])].sort().flatMap((name): Change[] => {
    const at = `${status} header ${name}`;
    const [was, is] = [one.get(name), other.get(name)];
    if (is === undefined) return [{ at, what: 'is no longer promised', breaking: true }];
    if (was === undefined) return [{ at, what: 'is promised now', breaking: false }];
    return placed(at, compareAs(withParts(was, before), withParts(is, after), 'output', {}));
  });
}

const lowered = (headers: Headers): Map<string, Schema> =>
  new Map(Object.entries(headers ?? {}).map(([name, schema]) => [name.toLowerCase(), schema]));

function compareBodies(
  status: string,
  old: ReadonlyMap<string, Schema>,
  now: ReadonlyMap<string, Schema>,
  { fields }: CompareOptions,
): Change[] {
  if (fields?.length === 0) return [];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((type): Change[] => {
    const [was, is] = [old.get(type), now.get(type)];
    if (is === undefined) return [{ at: status, what: `${type} is gone`, breaking: true }];
    if (was === undefined) return [{ at: status, what: `${type} is new`, breaking: false }];
    return placed(status, compareAs(was, is, 'output', { fields, tolerant: true }));
  });
}

/** Changes of a part, under its name. */
export const placed = (at: string, changes: readonly Change[]): Change[] =>
  changes.map((change) => ({ ...change, at: change.at === '' ? at : `${at} ${change.at}` }));
