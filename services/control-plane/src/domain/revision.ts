/** What was published under a name: it never changes, and the newest one holds. */
export interface Revision {
  /** From 1. */
  readonly revision: number;
  /** As JSON: the order of fields counts, as that of the targets of a policy. */
  readonly json: string;
  readonly publishedAt: string;
  readonly actor: string;
  readonly why: string;
  /** The revision whose content it has again. */
  readonly restores?: number | undefined;
}

/** What somebody wants to publish. */
export type Wish = Omit<Revision, 'revision'>;

export type Decision =
  | { readonly publish: Revision }
  /** It holds already. */
  | { readonly holds: Revision }
  | Refused;

export type Refused = { readonly rejected: 'precondition-required' } | { readonly rejected: 'precondition-failed' };

/**
 * Decides about a wish by what holds, and by the revision that whoever wishes has seen.
 *
 * A request that is sent again, because its answer was lost, finds its own revision: it holds. So does what is the same as
 * before, which makes no revision.
 *
 * @param expected the revision of `If-Match`; `0` means that nothing was published, and so does an empty text
 */
export function decide(newest: Revision | undefined, expected: string, wish: Wish): Decision {
  const number = newest?.revision ?? 0;
  const isSame = newest?.json === wish.json;
  const isOwn = isSame && newest.actor === wish.actor && newest.why === wish.why;
  const seen = expected === '' ? 0 : expected;
  if (newest !== undefined && isOwn && String(seen) === String(number - 1)) return { holds: newest };
  if (newest !== undefined && expected === '') return { rejected: 'precondition-required' };
  if (String(seen) !== String(number)) return { rejected: 'precondition-failed' };
  if (newest !== undefined && isSame) return { holds: newest };
  return { publish: { ...wish, revision: number + 1 } };
}
