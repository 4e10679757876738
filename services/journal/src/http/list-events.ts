import { http, reply } from '@dure/contracts/http';
import { ListEvents } from '@dure/contracts/journal/index';
import { problem } from '@dure/contracts/problem';
import { events } from '../composition.ts';
import type { EventFilter } from '../store.ts';
import { eventView } from './event-view.ts';

interface Query {
  readonly correlationId?: string;
  readonly subject?: string;
  readonly type?: string;
  readonly from?: string;
  readonly to?: string;
}

export const listEvents = http(ListEvents, {
  run: ({ query }, call) => events.list(toFilter(query), query.limit, call.time, query.cursor),
  answer: (page, { query }) => {
    if (page === undefined) return problem('invalid-cursor');
    const links: Record<string, { href: string }> = { self: { href: href(query) } };
    if (page.cursor !== undefined) links['next'] = { href: href({ ...query, cursor: page.cursor }) };
    return reply(200, { items: page.events.map(eventView), _links: links });
  },
});

function toFilter({ correlationId, subject, type, from, to }: Query): EventFilter {
  if (correlationId !== undefined) return { correlationId, from, to };
  if (subject !== undefined) return { subject, from, to };
  return type === undefined ? { all: true, from, to } : { type, from, to };
}

function href(query: Query & { cursor?: string; limit?: number }): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return `/v1/events?${new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]))}`;
}
