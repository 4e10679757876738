import { http, reply } from '@dure/contracts/binding/http';
import { ListEvents } from '@dure/contracts/journal';
import { problem } from '@dure/contracts/problem';
import { type EventQuery, listEvents } from '../application/list-events.ts';
import { store } from '../composition.ts';
import { eventView } from './event-view.ts';
import { hrefOf } from './href.ts';

export const listEventsHandler = http(ListEvents, {
  run: ({ query }) => listEvents(store, query),
  answer: (result, { query }) => {
    if ('rejected' in result) return problem(result.rejected);
    const next = result.next && { next: link({ ...query, cursor: result.next }) };
    return reply(200, { items: result.events.map(eventView), _links: { self: link(query), ...next } });
  },
});

const link = (query: EventQuery) => ({ href: hrefOf('/v1/events', { ...query }) });
