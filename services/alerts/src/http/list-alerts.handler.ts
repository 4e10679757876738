import { ListAlerts } from '@dure/contracts/alerts';
import { http, reply } from '@dure/contracts/binding/http';
import { problem } from '@dure/contracts/problem';
import { type AlertQuery, listAlerts } from '../application/list-alerts.ts';
import { store } from '../composition.ts';
import { alertView } from './alert-view.ts';

export const listAlertsHandler = http(ListAlerts, {
  run: ({ query }) => listAlerts(store, query),
  answer: (result, { query }) => {
    if ('rejected' in result) return problem(result.rejected);
    const next = result.next && { next: link({ ...query, cursor: result.next }) };
    return reply(200, { items: result.alerts.map(alertView), _links: { self: link(query), ...next } });
  },
});

function link({ state, cursor, limit }: AlertQuery): { href: string } {
  const search = new URLSearchParams({ ...(state && { state }), limit: String(limit), ...(cursor && { cursor }) });
  return { href: `/v1/alerts?${search}` };
}
