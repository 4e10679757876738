import { ListNotifications } from '@dure/contracts/notifications';
import { type Cloud, expectStatus, json } from '@dure/testing/cloud';
import { allOf } from '@dure/testing/pages';
import { type Order, paymentOf } from '@dure/testing/shop/shop';
import type * as z from 'zod/mini';
import { inTurns } from '../in-turns.ts';

type Notification = z.output<(typeof ListNotifications)['responses'][200]['body']>['items'][number];

/** What customers were told of an order, and the mails that really went out to them. */
export interface Told {
  readonly orderId: string;
  readonly notifications: readonly Notification[];
  /** Of the mails that went out. */
  readonly subjects: readonly string[];
  /** How often money was given back: by hand, and for what did not arrive; each is told. */
  readonly refunds: number;
}

/** Undefined where no service of the cloud notifies anybody. */
export async function notificationsOf(
  cloud: Cloud,
  orders: readonly { readonly orderId: string; readonly email: string }[],
): Promise<Told[] | undefined> {
  const { functions } = (await cloud.view('functions')) as { functions: { service: string }[] };
  if (!functions.some(({ service }) => service === 'notifications')) return undefined;
  return inTurns(orders, async ({ orderId, email }) => {
    const notifications = await allOf(async (cursor) => {
      const answer = await cloud.call(ListNotifications, { query: { orderId, limit: 100, cursor } });
      return expectStatus(answer, 200).body;
    });
    const query = new URLSearchParams({ to: email, limit: '100' });
    const { emails } = (await json(`${cloud.url}/_cloud/emails?${query}`)) as { emails: { subject: string }[] };
    const refunds = (await paymentOf(cloud, orderId))?.refunds.filter(({ status }) => status === 'succeeded') ?? [];
    return { orderId, notifications, subjects: emails.map(({ subject }) => subject), refunds: refunds.length };
  });
}

const TOLD = ['sent', 'suppressed', 'uncertain'];

/**
 * The mails that went out once more because the attempt before was broken off: mail services know no idempotency key, so
 * that the service tries again once, and counts it.
 */
export function mailedAgain(told: readonly Told[]): number {
  return told.reduce((sum, { subjects }) => sum + subjects.length - new Set(subjects).size, 0);
}

/** The end of an order is told, no milestone twice, and no mail went out twice or unknown to the service. */
export function notifiedWrongly(told: readonly Told[], orders: ReadonlyMap<string, Order>): string[] {
  return told.flatMap(({ orderId, notifications, subjects, refunds }) => {
    const found: string[] = [];
    const end = orders.get(orderId)?.status;
    if (!notifications.some(({ milestone, status }) => milestone === end && TOLD.includes(status))) {
      found.push(`nobody was told that it is ${end}`);
    }
    for (const [milestone, some = []] of Object.entries(Object.groupBy(notifications, (one) => one.milestone))) {
      const most = milestone === 'refunded' ? Math.max(1, refunds) : 1;
      if (some.length > most) found.push(`${milestone} stands ${some.length} times among what was told`);
    }
    for (const [subject, some = []] of Object.entries(Object.groupBy(subjects, (one) => one))) {
      const attempts = notifications
        .filter((one) => one.subject === subject)
        .reduce((sum, one) => sum + one.attempts, 0);
      if (some.length > Math.max(1, attempts)) found.push(`the mail "${subject}" went out ${some.length} times`);
    }
    const lost = notifications.filter(({ status, subject }) => status === 'sent' && !subjects.includes(subject ?? ''));
    found.push(...lost.map(({ milestone }) => `the mail of ${milestone} never went out`));
    return found.map((what) => `order ${orderId}: ${what}`);
  });
}
