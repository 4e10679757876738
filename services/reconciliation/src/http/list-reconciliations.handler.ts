import { http, reply } from '@dure/contracts/binding/http';
import { problem } from '@dure/contracts/problem';
import { ListReconciliations } from '@dure/contracts/reconciliation';
import { cursorOf, placeOf } from '../application/pages.ts';
import { store } from '../composition.ts';
import { countsView } from '../domain/counts.ts';

const LIST = 'runs';

export const listReconciliationsHandler = http(ListReconciliations, {
  run: async ({ query: { cursor, limit } }) => {
    const after = placeOf(LIST, cursor);
    if (after === null) return undefined;
    const { runs, end } = await store.listRuns({ after, limit });
    return { runs, next: cursorOf(LIST, end) };
  },
  answer: (result, { query: { limit } }) => {
    if (result === undefined) return problem('invalid-cursor');
    const href = `/v1/reconciliations?limit=${limit}`;
    const next = result.next && { next: { href: `${href}&cursor=${result.next}` } };
    const items = result.runs.map(({ counts, ...run }) => ({ ...run, ...countsView(counts) }));
    return reply(200, { items, _links: { self: { href }, ...next } });
  },
});
