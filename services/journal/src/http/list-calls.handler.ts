import { http, reply } from '@dure/contracts/binding/http';
import { ListCalls } from '@dure/contracts/journal';
import { problem } from '@dure/contracts/problem';
import { listCalls } from '../application/list-calls.ts';
import { calls } from '../composition.ts';
import { hrefOf } from './href.ts';

export const listCallsHandler = http(ListCalls, {
  run: ({ query }) => listCalls(calls, query, Date.now()),
  answer: (page, { query }) => {
    if (page === undefined) return problem('invalid-cursor');
    const link = (parameters: typeof query) => ({ href: hrefOf('/v1/calls', parameters) });
    const next = page.next && { next: link({ ...query, cursor: page.next }) };
    return reply(200, { items: [...page.calls], _links: { self: link(query), ...next } });
  },
});
