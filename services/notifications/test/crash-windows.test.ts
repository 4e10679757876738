import { randomUUID } from 'node:crypto';
import { Later } from '@dure/contracts/binding/queue';
import { AlreadyHandled } from '@dure/contracts/binding/commit';
import { beginCall } from '@dure/contracts/binding/call';
import { openTable } from '@dure/contracts/binding/table';
import { createTestTable } from '@dure/testing/dynamodb';
import { describe, expect, it } from '@jest/globals';
import { type FactDependencies, recordFact } from '../src/application/record-fact.ts';
import { type Attempt, type MailDependencies, sendOrderMail } from '../src/application/send-order-mail.ts';
import { LEASE_MS } from '../src/domain/mailing.ts';
import { applyFact, unknownOrder } from '../src/domain/order.ts';
import { createMails } from '../src/store/mails.ts';
import { createOrders } from '../src/store/orders.ts';
import { createPreferences } from '../src/store/preferences.ts';

const { tableName } = await createTestTable({ indexes: [{ name: 'customer', pk: 'customer', sk: 'position' }] });
const table = openTable(tableName);
const [orders, mails, preferences] = [createOrders(table), createMails(table), createPreferences(table)];

/** A customer who waits for the mail of one event, and a clock. */
async function aMail() {
  const [orderId, id] = [randomUUID(), randomUUID()];
  const at = new Date().toISOString();
  const fact = { source: { owner: 'orders', sequence: 1 }, eventId: id, at, details: {} };
  const known = { email: 'mina@example.com', country: 'KR', lines: [] };
  const learnt = applyFact(unknownOrder(orderId), { ...fact, milestone: 'placed', customerId: 'c-1', known })!;
  await orders.save(beginCall(), learnt.order, learnt.news, undefined);
  const clock = { now: Date.now() };
  const sent: string[] = [];
  const milestone = {
    orderId,
    milestone: 'placed',
    sequence: 1,
    status: 'placed',
    at,
    orderSequence: 1,
    details: {},
  } as const;
  const attempt = (send: MailDependencies['send']) =>
    sendOrderMail({ orders, mails, preferences, send, now: () => clock.now }, id, milestone);
  const ends = (how: Attempt) => attempt((_to, _mail, tag) => (sent.push(tag), Promise.resolve(how)));
  return { clock, sent, attempt, ends, status: async () => (await mails.load(orderId, id))?.status };
}

/** The process dies at this point: nothing after it happens. */
const dies = () => Promise.reject(new Error('killed'));

describe('a mail whose attempt', () => {
  it('died after it was claimed stays claimed for a minute, and is sent then', async () => {
    const mail = await aMail();
    await expect(mail.attempt(dies)).rejects.toThrow('killed');
    await expect(mail.ends({ outcome: 'sent' })).rejects.toMatchObject({ name: 'Later', seconds: LEASE_MS / 1000 + 1 });
    mail.clock.now += LEASE_MS + 1;
    expect(await mail.ends({ outcome: 'sent' })).toBe('sent');
    expect(await mail.ends({ outcome: 'sent' })).toBe('repeated');
    expect(mail.sent).toHaveLength(1);
  });

  it('was interrupted twice is given up: two mails at most, and its status is uncertain', async () => {
    const mail = await aMail();
    for (let times = 0; times < 2; times += 1) {
      const lost = { outcome: 'unanswered', error: new Error('time-out') } as const;
      await expect(mail.ends(lost)).rejects.toThrow(Later);
      mail.clock.now += LEASE_MS + 1;
    }
    expect(await mail.ends({ outcome: 'sent' })).toBe('uncertain');
    expect(await mail.ends({ outcome: 'sent' })).toBe('repeated');
    expect(mail.sent).toHaveLength(2);
  });

  it('was not accepted can be retried at once, however often', async () => {
    const mail = await aMail();
    for (let times = 0; times < 5; times += 1) {
      const throttled = { outcome: 'unavailable', error: new Error('throttled') } as const;
      await expect(mail.ends(throttled)).rejects.toThrow('throttled');
    }
    expect(await mail.status()).toBe('sending');
    expect(await mail.ends({ outcome: 'sent' })).toBe('sent');
  });

  it('is begun by two invocations is made by one', async () => {
    const mail = await aMail();
    const both = await Promise.allSettled([mail.ends({ outcome: 'sent' }), mail.ends({ outcome: 'sent' })]);
    expect(mail.sent).toHaveLength(1);
    expect(both.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(1);
    expect(await mail.status()).toBe('sent');
  });
});

describe('a fact that was saved', () => {
  it('but not published because the process died is published when its message is redelivered, but not for another message', async () => {
    const [orderId, eventId] = [randomUUID(), randomUUID()];
    const marker = { pk: `INBOX#facts#${eventId}` };
    const fact = { source: { owner: 'orders', sequence: 2 }, eventId, at: new Date().toISOString(), details: {} };
    const published: string[] = [];
    const comes = (publish: FactDependencies['publish'], pk = marker.pk) =>
      recordFact(
        { table, orders, publish },
        orderId,
        { ...fact, milestone: 'rejected' },
        beginCall({ marker: { pk } }),
      );
    const publish: FactDependencies['publish'] = async ({ eventId }) => void published.push(eventId);

    await expect(comes(dies)).rejects.toThrow('killed');
    await expect(comes(dies)).rejects.toThrow('killed');
    await expect(comes(publish)).rejects.toThrow(AlreadyHandled);
    expect(published).toEqual([eventId]);

    await comes(publish, `INBOX#facts#${randomUUID()}`);
    expect(published).toEqual([eventId]);
  });
});
