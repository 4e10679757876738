import { http, reply } from '@dure/contracts/binding/http';
import { problem } from '@dure/contracts/problem';
import { ListDrifts } from '@dure/contracts/reconciliation';
import { cursorOf, placeOf } from '../application/pages.ts';
import { store } from '../composition.ts';
import { driftView } from './drift-view.ts';

export const listDriftsHandler = http(ListDrifts, {
  run: async ({ query: { status, kind, cursor, limit } }) => {
    const list = `${status}#${kind ?? ''}`;
    const after = placeOf(list, cursor);
    if (after === null) return undefined;
    const { drifts, end } = await store.listDrifts({ status, kind }, { after, limit });
    return { drifts, next: cursorOf(list, end) };
  },
  answer: (result, { query: { status, kind, limit } }) => {
    if (result === undefined) return problem('invalid-cursor');
    const href = `/v1/drifts?status=${status}${kind ? `&kind=${kind}` : ''}&limit=${limit}`;
    const next = result.next && { next: { href: `${href}&cursor=${result.next}` } };
    return reply(200, { items: result.drifts.map(driftView), _links: { self: { href }, ...next } });
  },
});
