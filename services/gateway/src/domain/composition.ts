import type { CacheOutcome } from './caching.ts';

/** What came of asking a service for a part of a view. */
export type Part<Value = unknown> = Shown<Value> | Absent | Failed;

interface Shown<Value> {
  readonly kind: 'shown';
  readonly value: Value;
  /** The service failed, and this is what it answered before, or what its policy answers in its place. */
  readonly stale?: Failed;
  /** How it was had, if it may be cached. */
  readonly cached?: CacheOutcome;
}

/** The service says that there is none: that is an answer. */
export interface Absent {
  readonly kind: 'absent';
}

export interface Failed {
  readonly kind: 'failed';
  /** Of the problem: `urn:dure:problem:part-late`. */
  readonly type: string;
  /** From 400 to 599. */
  readonly status: number;
  /** Seconds after which the service takes requests again, if it said so with a 429. */
  readonly retryAfter?: number | undefined;
  /** Nothing was asked, because the caller's own token is good no more. */
  readonly refusesCaller?: boolean;
}

/** Why a part is not shown as it is now. */
export interface PartProblem {
  /** RFC 6901: `/payment`. */
  readonly pointer: string;
  readonly type: string;
  readonly status: number;
  readonly stale?: boolean;
}

type Parts = Readonly<Record<string, Part>>;
type ValueOf<One> = One extends Shown<infer Value> ? Value : never;

/** The values of parts by name: a required one is there, another may be null. */
type Values<All extends Parts, Required extends keyof All> = {
  [Name in keyof All]: Name extends Required ? ValueOf<All[Name]> : ValueOf<All[Name]> | null;
};

/** A view, why parts of it are not as they are now, and how those were had that may be cached. */
export interface View<Values> {
  readonly view: Values;
  readonly problems: PartProblem[];
  readonly cached: readonly CacheOutcome[];
}

export type Composition<All extends Parts, Required extends keyof All> =
  (View<Values<All, Required>> & { readonly lacks?: undefined }) | { readonly lacks: Absent | Failed };

export const shown = <Value>(value: Value): Shown<Value> => ({ kind: 'shown', value });
export const absent: Absent = { kind: 'absent' };
export const failed = (code: string, status: number): Failed => ({
  kind: 'failed',
  type: `urn:dure:problem:${code}`,
  status,
});

/**
 * Makes a view of its parts. It degrades field by field: a part that failed is null, and a problem points to it; a part
 * that there is not is null without a problem. Without a required part there is no view.
 *
 * @returns the values by name with the problems in the order of the parts, or what the first required part lacks
 * @example
 * ```ts
 * compose({ order: shown({ id: 'o-1' }), payment: failed('part-late', 504) }, ['order']);
 * // { view: { order: { id: 'o-1' }, payment: null },
 * //   problems: [{ pointer: '/payment', type: 'urn:dure:problem:part-late', status: 504 }], cached: [] }
 * ```
 */
export function compose<const All extends Parts, Required extends keyof All & string>(
  parts: All,
  required: readonly Required[],
): Composition<All, Required> {
  const lacking = required.map((name) => parts[name]!).find(({ kind }) => kind !== 'shown');
  if (lacking !== undefined) return { lacks: lacking as Absent | Failed };
  return composeOptional(parts) as Composition<All, Required>;
}

/**
 * Makes a view of which no part is required.
 * @param at where the parts are in the view: `/services`; at its root by default
 */
export function composeOptional<const All extends Parts>(parts: All, at = ''): View<Values<All, never>> {
  const entries = Object.entries(parts).map(([name, part]) => [name, part.kind === 'shown' ? part.value : null]);
  const problems = Object.entries(parts).flatMap(([name, part]) => problemOf(`${at}/${escaped(name)}`, part));
  const cached = Object.values(parts).flatMap((part) => (part.kind === 'shown' ? (part.cached ?? []) : []));
  return { view: Object.fromEntries(entries) as Values<All, never>, problems, cached };
}

function problemOf(pointer: string, part: Part): PartProblem[] {
  if (part.kind === 'absent') return [];
  if (part.kind === 'failed') return [{ pointer, type: part.type, status: part.status }];
  const { stale } = part;
  return stale === undefined ? [] : [{ pointer, type: stale.type, status: stale.status, stale: true }];
}

/** Source: https://www.rfc-editor.org/rfc/rfc6901#section-3 */
const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
