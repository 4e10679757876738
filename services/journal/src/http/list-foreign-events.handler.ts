import { http, reply } from '@dure/contracts/binding/http';
import { ListForeignEvents } from '@dure/contracts/journal';
import { problem } from '@dure/contracts/problem';
import { listForeignEvents } from '../application/list-foreign-events.ts';
import { foreignEvents } from '../composition.ts';
import { foreignEventView } from './foreign-event-view.ts';
import { hrefOf } from './href.ts';

export const listForeignEventsHandler = http(ListForeignEvents, {
  run: ({ query }) => listForeignEvents(foreignEvents, query),
  answer: (page, { query }) => {
    if (page === undefined) return problem('invalid-cursor');
    const link = (parameters: typeof query) => ({ href: hrefOf('/v1/foreign-events', parameters) });
    const next = page.next && { next: link({ ...query, cursor: page.next }) };
    return reply(200, { items: page.events.map(foreignEventView), _links: { self: link(query), ...next } });
  },
});
