import { randomUUID } from 'node:crypto';
import { Later } from '@dure/contracts/binding/queue';
import { beginCall } from '@dure/contracts/binding/call';
import { openTable } from '@dure/contracts/binding/table';
import { createTestTable } from '@dure/testing/dynamodb';
import { describe, expect, it } from '@jest/globals';
import { type FactDependencies, recordFacts } from '../src/application/record-facts.ts';
import { type Attempt, type MailDependencies, sendOrderMail } from '../src/application/send-order-mail.ts';
import { LEASE_MS } from '../src/domain/mailing.ts';
import { applyFact, unknownOrder } from '../src/domain/order.ts';
import { createEndpoints } from '../src/store/endpoints.ts';
import { createMails } from '../src/store/mails.ts';
import { createOrders } from '../src/store/orders.ts';
import { createPreferences } from '../src/store/preferences.ts';

const { tableName } = await createTestTable({ indexes: [{ name: 'customer', pk: 'customer', sk: 'position' }] });
const table = openTable(tableName);
const [orders, endpoints] = [createOrders(table), createEndpoints(table)];
const [mails, preferences] = [createMails(table), createPreferences(table)];

/** A customer who waits for the mail of one event, and a clock. */
async function aMail() {
  const [orderId, id] = [randomUUID(), randomUUID()];
  const at = new Date().toISOString();
  const fact = { source: { owner: 'orders', sequence: 1 }, eventId: id, at, details: {} };
  const known = { email: 'mina@example.com', country: 'KR', lines: [] };
  const learnt = applyFact(unknownOrder(orderId), { ...fact, milestone: 'placed', customerId: 'c-1', known })!;
  await orders.save({ order: learnt.order, news: [learnt.news], followedUntil: 0 }, { version: 0 }, at);
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
    sendOrderMail({ mails, preferences, send, now: () => clock.now }, id, milestone);
  const ends = (how: Attempt) => attempt((_to, _mail, tag) => (sent.push(tag), Promise.resolve(how)));
  /** That version claimed a mail by its record. */
  const sentBefore = async () => {
    const record = {
      ...{ id, orderId, customerId: 'c-1', at, updatedAt: at },
      milestone: 'placed',
      language: 'ko',
    } as const;
    const claimed = { ...record, status: 'sending', attempts: 1, brokenOff: 0, until: clock.now, version: 1 } as const;
    await mails.begin(orderId, 1, at);
    await mails.save(claimed);
    await mails.save({ ...claimed, status: 'sent', until: 0, version: 2 });
  };
  return { clock, sent, attempt, ends, sentBefore, status: async () => (await mails.load(orderId, id)).mail?.status };
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

it('a mail that an earlier version sent is not sent again', async () => {
  const mail = await aMail();
  await mail.sentBefore();
  expect(await mail.ends({ outcome: 'sent' })).toBe('repeated');
  expect(mail.sent).toEqual([]);
});

describe('facts that were saved', () => {
  const aFact = (sequence: number, milestone: 'confirmed' | 'rejected' | 'shipped', eventId = randomUUID()) => ({
    ...{ source: { owner: 'orders', sequence }, eventId, milestone },
    ...{ at: new Date().toISOString(), details: {} },
  });
  const come = (orderId: string, publish: FactDependencies['publish'], ...facts: ReturnType<typeof aFact>[]) =>
    recordFacts(
      { orders, endpoints, publish },
      orderId,
      facts.map((item) => ({ subject: orderId, item, call: beginCall() })),
    );

  it('but not published because the process died are published when their message is redelivered, but not for another', async () => {
    const orderId = randomUUID();
    const fact = aFact(2, 'rejected');
    const published: string[] = [];
    const publish: FactDependencies['publish'] = async ({ eventId }) => void published.push(eventId);
    await expect(come(orderId, dies, fact)).rejects.toThrow('killed');
    await expect(come(orderId, dies, fact)).rejects.toThrow('killed');
    await come(orderId, publish, fact);
    expect(published).toEqual([fact.eventId]);
    await come(orderId, publish, { ...fact, eventId: randomUUID() });
    expect(published).toEqual([fact.eventId]);
  });

  it('together are one save, and are published in their order, once each, also those of an interrupted batch', async () => {
    const orderId = randomUUID();
    const facts = [aFact(3, 'shipped'), aFact(2, 'confirmed')];
    const published: [string, number, string][] = [];
    const publish: FactDependencies['publish'] = async ({ milestone: { milestone, sequence, status } }) =>
      void published.push([milestone, sequence, status]);
    await come(orderId, publish, ...facts, facts[0]!);
    expect(published).toEqual([
      ['shipped', 1, 'shipped'],
      ['confirmed', 2, 'shipped'],
    ]);
    expect((await orders.load(orderId)).order).toMatchObject({ version: 2, learnt: ['orders#3', 'orders#2'] });
    published.length = 0;
    const late = aFact(1, 'confirmed');
    await come(orderId, publish, facts[1]!, late);
    expect(published).toEqual([
      ['confirmed', 2, 'shipped'],
      ['confirmed', 3, 'shipped'],
    ]);
  });

  it('by batches that overlap are neither lost nor doubled', async () => {
    const orderId = randomUUID();
    const facts = Array.from({ length: 9 }, (_, index) => aFact(index + 1, 'shipped'));
    const published: string[] = [];
    const publish: FactDependencies['publish'] = async ({ eventId }) => void published.push(eventId);
    const part = (from: number) => come(orderId, publish, ...facts.slice(from, from + 3));
    await Promise.all([part(0), part(3), part(6)]);
    expect(published.toSorted()).toEqual(facts.map(({ eventId }) => eventId).toSorted());
    const { news } = await orders.load(orderId);
    expect(news.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});
