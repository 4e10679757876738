import { http, reply } from '@dure/contracts/binding/http';
import { GetDayCounts } from '@dure/contracts/reconciliation';
import { store } from '../composition.ts';
import { countsView } from '../domain/counts.ts';

export const getDayCountsHandler = http(GetDayCounts, {
  run: ({ params }) => store.loadCounts(params.day),
  answer: (counts, { params: { day } }) =>
    reply(200, { day, ...countsView(counts), _links: { self: { href: `/v1/days/${day}` } } }),
});
