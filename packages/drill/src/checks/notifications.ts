import { ListNotifications } from '@dure/contracts/notifications';
import { type Cloud, expectStatus, json } from '@dure/testing/cloud';
import { mapInBatches } from '@dure/testing/map-in-batches';
import { allOf } from '@dure/testing/pages';
import { type Order, paymentOf } from '@dure/testing/shop/shop';
import type * as z from 'zod/mini';

type Notification = z.output<(typeof ListNotifications)['responses'][200]['body']>['items'][number];

/** The notifications of an order, and the mails that were really sent. */
export interface OrderNotifications {
  readonly orderId: string;
  readonly notifications: readonly Notification[];
  /** The subjects of the mails that were sent. */
  readonly subjects: readonly string[];
  /** The number of refunds, manual ones and those for goods that did not arrive; the customer is notified of each. */
  readonly refunds: number;
}

/** Undefined when the cloud has no notifications service. */
export async function notificationsOf(
  cloud: Cloud,
  orders: readonly { readonly orderId: string; readonly email: string }[],
): Promise<OrderNotifications[] | undefined> {
  const { functions } = (await cloud.view('functions')) as { functions: { service: string }[] };
  if (!functions.some(({ service }) => service === 'notifications')) return undefined;
  return mapInBatches(orders, async ({ orderId, email }) => {
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

const ANSWERED = ['sent', 'suppressed', 'uncertain'];

/**
 * Counts the mails that were sent again because the attempt before was interrupted: mail services have no idempotency key,
 * so the service retries once, and counts it.
 */
export function countResentMails(all: readonly OrderNotifications[]): number {
  return all.reduce((sum, { subjects }) => sum + subjects.length - new Set(subjects).size, 0);
}

/** The customer is notified of the order's end, of no milestone twice, and no mail is sent twice or without a record. */
export function notificationViolations(
  all: readonly OrderNotifications[],
  orders: ReadonlyMap<string, Order>,
): string[] {
  return all.flatMap(({ orderId, notifications, subjects, refunds }) => {
    const found: string[] = [];
    const end = orders.get(orderId)?.status;
    if (!notifications.some(({ milestone, status }) => milestone === end && ANSWERED.includes(status))) {
      found.push(`its customer was not notified that it is ${end}`);
    }
    for (const [milestone, some = []] of Object.entries(Object.groupBy(notifications, (one) => one.milestone))) {
      const most = milestone === 'refunded' ? Math.max(1, refunds) : 1;
      if (some.length > most) found.push(`${milestone} was notified ${some.length} times`);
    }
    for (const [subject, some = []] of Object.entries(Object.groupBy(subjects, (one) => one))) {
      const attempts = notifications
        .filter((one) => one.subject === subject)
        .reduce((sum, one) => sum + one.attempts, 0);
      if (some.length > Math.max(1, attempts)) found.push(`the mail "${subject}" was sent ${some.length} times`);
    }
    const lost = notifications.filter(({ status, subject }) => status === 'sent' && !subjects.includes(subject ?? ''));
    found.push(...lost.map(({ milestone }) => `the mail of ${milestone} was never sent`));
    return found.map((what) => `order ${orderId}: ${what}`);
  });
}
