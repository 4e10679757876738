import { http, reply } from '@dure/contracts/binding/http';
import { ListNotifications } from '@dure/contracts/notifications';
import { problem } from '@dure/contracts/problem';
import { listMails, type MailQuery } from '../application/list-mails.ts';
import { mails } from '../composition.ts';
import type { MailRecord } from '../domain/mailing.ts';

export const listNotificationsHandler = http(ListNotifications, {
  run: ({ query }) => listMails(mails, query),
  answer: (result, { query }) => {
    if ('rejected' in result) return problem(result.rejected);
    const next = result.next && { next: link({ ...query, cursor: result.next }) };
    return reply(200, { items: result.mails.map(view), _links: { self: link(query), ...next } });
  },
});

const view = ({ brokenOff: _broken, until: _until, version: _version, ...mail }: MailRecord) => ({
  ...mail,
  channel: 'email' as const,
  _links: { order: link({ orderId: mail.orderId }) },
});

function link({ customerId, orderId, cursor, limit }: Partial<MailQuery>): { href: string } {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries({ customerId, orderId, limit, cursor })) {
    if (value !== undefined) search.set(name, String(value));
  }
  return { href: `/v1/notifications?${search}` };
}
