import { http, reply } from '@dure/contracts/binding/http';
import { ListDeadLetters } from '@dure/contracts/journal';
import { problem } from '@dure/contracts/problem';
import { listDeadLetters } from '../application/list-dead-letters.ts';
import { deadLetters } from '../composition.ts';
import { deadLetterView } from './dead-letter-view.ts';
import { hrefOf } from './href.ts';

export const listDeadLettersHandler = http(ListDeadLetters, {
  run: ({ query }) => listDeadLetters(deadLetters, query),
  answer: (page, { query }) => {
    if (page === undefined) return problem('invalid-cursor');
    const links: Record<string, { href: string }> = { self: { href: href(query) } };
    if (page.cursor !== undefined) links['next'] = { href: href({ ...query, cursor: page.cursor }) };
    return reply(200, { items: page.letters.map(deadLetterView), _links: links });
  },
});

const href = (query: Parameters<typeof hrefOf>[1]) => hrefOf('/v1/dead-letters', query);
