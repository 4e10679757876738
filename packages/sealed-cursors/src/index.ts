import { type Seal, sealFor } from './seal.ts';

/** The part of an endpoint's contract that says whether it is a list, and which. */
export interface ListContract {
  readonly owner: string;
  readonly name: string;
  readonly version: number;
  /** The schema of its query; a list's has a field `cursor`. */
  readonly query?: unknown;
}

/** What happens to the cursors of a list on their way in and out. */
export interface Pages {
  /** The request with its cursor as the operation made it; undefined when it is not one that this caller got of this list. */
  opened<Request extends { readonly query: unknown }>(request: Request): Request | undefined;
  /** The answer with the cursors in its links as a client gets them. */
  sealed<Answer extends { readonly body?: unknown }>(answer: Answer): Answer;
}

/** Whether an endpoint is a list, page by page. */
export function takesCursor({ query }: { readonly query?: unknown }): boolean {
  const { shape } =
    (query as { readonly _zod?: { readonly def?: { readonly shape?: object } } } | undefined)?._zod?.def ?? {};
  return shape !== undefined && 'cursor' in shape;
}

const NO_LIST: Pages = { opened: (request) => request, sealed: (answer) => answer };

/**
 * The pages of an endpoint for one caller. Operations read and make cursors in clear; no client sees one like that.
 *
 * @param subject of the caller's token; undefined without one
 * @throws Error if the endpoint is a list and `CURSOR_KEYS` is not set
 * @example
 * ```ts
 * import { pagesOf } from '@dure/sealed-cursors';
 *
 * const pages = pagesOf({ owner: 'things', name: 'GetThing', version: 1 }, 'c-1001');
 *
 * export const request = pages.opened({ query: {} });
 * ```
 */
export function pagesOf(endpoint: ListContract, subject: string | undefined): Pages {
  if (!takesCursor(endpoint)) return NO_LIST;
  const { owner, name, version } = endpoint;
  const keys = process.env['CURSOR_KEYS'] ?? '';
  if (keys === '') throw new Error(`${name} is a list, and the environment variable CURSOR_KEYS is not set.`);
  const seal = sealFor(keys, [owner, `${name}.v${version}`, subject ?? '']);
  return { opened: (request) => opened(seal, request), sealed: (answer) => sealed(seal, answer) };
}

function opened<Request extends { readonly query: unknown }>(seal: Seal, request: Request): Request | undefined {
  const query = request.query as { readonly cursor?: string };
  if (query.cursor === undefined) return request;
  const cursor = seal.open(query.cursor);
  return cursor === undefined ? undefined : { ...request, query: { ...query, cursor } };
}

const CURSOR = /([?&]cursor=)([^&#]+)/;

/** A list's own links: data of a message may have links, too, and stays as it is. */
function sealed<Answer extends { readonly body?: unknown }>(seal: Seal, answer: Answer): Answer {
  const body = answer.body as { readonly _links?: Readonly<Record<string, { readonly href: string }>> } | undefined;
  if (body?._links === undefined) return answer;
  const _links = Object.fromEntries(
    Object.entries(body._links).map(([name, link]) => {
      const href = link.href.replace(
        CURSOR,
        (_, before: string, cursor: string) => before + seal.seal(decodeURIComponent(cursor)),
      );
      return [name, { ...link, href }];
    }),
  );
  return { ...answer, body: { ...body, _links } };
}
