import { HttpProblem } from '@dure/contracts/problem';
import type { Revision } from '../domain/revision.ts';
import type { Page } from '../store/pages.ts';

type Query = Readonly<Record<string, string | number | undefined>>;

export function link(path: string, query: Query = {}): { href: string } {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  return { href: search.size === 0 ? path : `${path}?${search}` };
}

/** The body of a page, with links to itself and to what follows. */
export const pageBody = <Item, View>(
  { items, next }: Page<Item>,
  view: (item: Item) => View,
  path: string,
  query: Query,
) => ({
  items: items.map(view),
  _links: { self: link(path, query), ...(next !== undefined && { next: link(path, { ...query, cursor: next }) }) },
});

/** Who published a revision, when and why. */
export const publishedView = ({ revision, publishedAt, actor, why, restores }: Revision) => ({
  ...{ revision, publishedAt, actor, why },
  ...(restores !== undefined && { restores }),
});

export const summaryView = (path: string) => (revision: Revision) => ({
  ...publishedView(revision),
  _links: { self: link(`${path}/revisions/${revision.revision}`) },
});

interface Unseen {
  readonly rejected: 'precondition-required';
}

/** @throws HttpProblem where `If-Match` is missing, as for every endpoint that needs one */
export function seen<Result extends object>(result: Result): Exclude<Result, Unseen> {
  if ('rejected' in result && result.rejected === 'precondition-required') {
    throw new HttpProblem('precondition-required', 'Something is published: send If-Match with the ETag you read.');
  }
  return result as Exclude<Result, Unseen>;
}
