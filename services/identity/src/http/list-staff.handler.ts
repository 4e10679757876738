import { http, reply } from '@dure/contracts/binding/http';
import { ListStaff } from '@dure/contracts/identity';
import { problem } from '@dure/contracts/problem';
import { listStaff } from '../application/list-staff.ts';
import { accounts } from '../composition.ts';
import { accountView } from './account-view.ts';

export const listStaffHandler = http(ListStaff, {
  run: ({ query }) => listStaff(accounts, query),
  answer: (page, { query }) => {
    if (page === undefined) return problem('invalid-cursor');
    const next = page.next !== undefined && { next: link({ ...query, cursor: page.next }) };
    return reply(200, { items: page.accounts.map(accountView), _links: { self: link(query), ...next } });
  },
});

function link({ cursor, limit }: { readonly cursor?: string; readonly limit: number }): { href: string } {
  const search = new URLSearchParams({ limit: String(limit), ...(cursor !== undefined && { cursor }) });
  return { href: `/v1/accounts?${search}` };
}
