import { http, reply } from '@dure/contracts/binding/http';
import { GetDayCounts } from '@dure/contracts/reconciliation';
import { store } from '../composition.ts';
import { told } from '../domain/counts.ts';

export const getDayCounts = http(GetDayCounts, {
  run: ({ params }) => store.loadCounts(params.day),
  answer: (counts, { params: { day } }) =>
    reply(200, { day, ...told(counts), _links: { self: { href: `/v1/days/${day}` } } }),
});
