import { ListSparePartChanges } from '@dure/contracts/depot';
import { http, reply } from '@dure/contracts/binding/http';
import { store } from '../composition.ts';

export const listSparePartChangesHandler = http(ListSparePartChanges, {
  run: ({ params, query }) => store.listChanges(params.sparePartId, query),
  answer: ({ changes, more }, { params, query }) => {
    const path = `/v1/spare-parts/${encodeURIComponent(params.sparePartId)}/changes`;
    const last = changes.at(-1);
    const next = more && last && { next: { href: `${path}?before=${last.sequence}&limit=${query.limit}` } };
    return reply(200, { items: [...changes], _links: { self: { href: path }, ...next } });
  },
});
