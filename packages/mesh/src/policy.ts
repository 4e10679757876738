import { PolicyFields } from '@dure/contracts/control-plane/policy-document';
import * as z from 'zod/mini';

const Document = z.strictObject({
  service: z.string().check(z.regex(/^[a-z][a-z0-9-]{0,31}$/, 'the name of a service such as orders is needed')),
  revision: z.int().check(z.minimum(0), z.maximum(1_000_000_000)),
  ...PolicyFields.shape,
});

type Written = z.output<typeof Document>;
/** The same with these fields as milliseconds. */
type InMs<Part, Field extends keyof Part> = Omit<Part, Field> & { [Name in Field]: number };

/** What a caller does with its calls of a service. Times are milliseconds. */
export type Policy = Omit<Written, 'targets' | 'timeout' | 'retry' | 'breaker' | 'fault'> & {
  targets: Record<string, InMs<Written['targets'][string], 'prior'>>;
  timeout: InMs<Written['timeout'], 'try' | 'total'>;
  retry: InMs<Written['retry'], 'backOff'>;
  breaker: InMs<Written['breaker'], 'window' | 'open' | 'maxOpen'>;
  fault?: InMs<NonNullable<Written['fault']>, 'delay'> | undefined;
};
export type PolicyDocument = z.input<typeof Document>;
export type Route = Policy['routes'][number];

const MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000 };

function inMs<Part extends object, Field extends keyof Part>(part: Part, ...fields: Field[]): InMs<Part, Field> {
  const read = (duration: string) => Number.parseInt(duration, 10) * MS[duration.replace(/^\d+/, '')]!;
  const times = Object.fromEntries(fields.map((field) => [field, read(part[field] as string)]));
  return { ...part, ...times } as InMs<Part, Field>;
}

const policyOf = ({ targets, timeout, retry, breaker, fault, ...rest }: Written): Policy => ({
  ...rest,
  targets: Object.fromEntries(Object.entries(targets).map(([name, target]) => [name, inMs(target, 'prior')])),
  timeout: inMs(timeout, 'try', 'total'),
  retry: inMs(retry, 'backOff'),
  breaker: inMs(breaker, 'window', 'open', 'maxOpen'),
  ...(fault !== undefined && { fault: inMs(fault, 'delay') }),
});

export interface PolicyFault {
  /** RFC 6901, of what is wrong in the document: `/routes/0/to/v2`. */
  readonly pointer: string;
  readonly detail: string;
}

/**
 * Reads a policy document, whole or not at all.
 *
 * @returns the policy, or what is wrong with each field
 * @example
 * ```ts
 * const read = readPolicy({
 *   service: 'orders',
 *   revision: 42,
 *   targets: { v1: { url: 'https://api.example/v1' }, v2: { url: 'https://api.example/v2' } },
 *   routes: [{ match: { operation: '*' }, to: { v1: 9_500, v2: 500 }, sticky: 'actor' }],
 * });
 * ```
 */
export function readPolicy(document: unknown): { readonly policy: Policy } | { readonly faults: PolicyFault[] } {
  const { data, error } = z.safeParse(Document, document);
  if (error !== undefined) {
    return { faults: error.issues.flatMap(faultsOf) };
  }
  const policy = policyOf(data);
  const faults = contradictions(policy);
  return faults.length > 0 ? { faults } : { policy };
}

const faultsOf = (issue: z.core.$ZodIssue): PolicyFault[] =>
  issue.code === 'unrecognized_keys'
    ? issue.keys.map((key) => ({ pointer: pointerTo([...issue.path, key]), detail: 'is not a field here' }))
    : [{ pointer: pointerTo(issue.path), detail: issue.message }];

const escaped = (part: PropertyKey): string => String(part).replaceAll('~', '~0').replaceAll('/', '~1');
const pointerTo = (path: readonly PropertyKey[]): string => path.map((part) => `/${escaped(part)}`).join('');

/** What each field for itself does not show. */
function contradictions({ targets, routes, timeout, breaker, fault }: Policy): PolicyFault[] {
  const names = Object.keys(targets);
  const unknown = (pointer: string, name: string): PolicyFault[] =>
    names.includes(name) ? [] : [{ pointer, detail: `no such target; there are ${names.join(', ')}` }];
  /** No body is right for all operations. */
  const ofFallback = ({ match, fallback }: Route, at: string): PolicyFault[] =>
    fallback !== undefined && match.operation === '*'
      ? [{ pointer: at, detail: 'a route of one operation is needed, since each has an answer of its own' }]
      : [];
  const ofRoute = ({ to }: Route, at: string): PolicyFault[] => {
    if (Array.isArray(to)) return to.flatMap((name, index) => unknown(`${at}/${index}`, name));
    const sum = Object.values(to).reduce((all, weight) => all + weight, 0);
    const wrongSum = sum === 10_000 ? [] : [{ pointer: at, detail: `the weights make ${sum}, and 10000 is needed` }];
    return [...wrongSum, ...Object.keys(to).flatMap((name) => unknown(`${at}/${name}`, name))];
  };
  const { operation, header, cookie } = routes.at(-1)!.match;
  const isCatchAll = operation === '*' && header === undefined && cookie === undefined;
  return [
    ...(names.length === 0 ? [{ pointer: '/targets', detail: 'a target is needed' }] : []),
    ...routes.flatMap((route, index) => ofRoute(route, `/routes/${index}/to`)),
    ...routes.flatMap((route, index) => ofFallback(route, `/routes/${index}/fallback`)),
    ...(isCatchAll
      ? []
      : [{ pointer: `/routes/${routes.length - 1}/match`, detail: 'the last route has to match "*" alone' }]),
    ...(timeout.try > timeout.total ? [{ pointer: '/timeout/try', detail: 'it is longer than the total' }] : []),
    ...(timeout.try === 0 ? [{ pointer: '/timeout/try', detail: 'it has to be longer than 0ms' }] : []),
    ...(breaker.window < 1_000 ? [{ pointer: '/breaker/window', detail: '1s is the least' }] : []),
    ...(breaker.open > breaker.maxOpen ? [{ pointer: '/breaker/open', detail: 'it is longer than maxOpen' }] : []),
    ...(fault?.target === undefined ? [] : unknown('/fault/target', fault.target)),
  ];
}
