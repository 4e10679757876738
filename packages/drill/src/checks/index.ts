import type { Cloud } from '@dure/e2e/cloud';
import { violations } from '@dure/e2e/invariants';
import { paymentOf, shipmentsOf } from '@dure/e2e/shop';
import type { Acted } from '../act.ts';
import { inTurns } from '../in-turns.ts';
import { carrierDisagrees, parcelsOf } from './books-of-the-carrier.ts';
import { notificationsOf, notifiedWrongly } from './notifications.ts';
import { listed, listedWrongly, readModelsDiffer, rebuild } from './read-models.ts';
import { refundsDiffer } from './refunds.ts';

export interface Checked {
  readonly violations: readonly string[];
  /** Orders by how they ended, `rejected (out-of-stock)`. */
  readonly endings: Readonly<Record<string, number>>;
  /** What could not be checked, and why. */
  readonly unchecked: readonly string[];
}

/**
 * Everything that does not add up once the system is quiet, as seen from the outside.
 * @param stock that should be on hand of each product if nothing had been sold
 */
export async function check(
  cloud: Cloud,
  acted: readonly Acted[],
  stock: Readonly<Record<string, number>>,
): Promise<Checked> {
  const placed = new Map(acted.map(({ orderId, story }) => [orderId, story.body.customer.id]));
  const before = await listed(cloud);
  const found = await violations(cloud, { orderIds: [...placed.keys()], stock });
  const shipments = (await inTurns([...placed.keys()], (orderId) => shipmentsOf(cloud, orderId))).flat();
  const byHand = new Set(acted.filter(({ story }) => story.operator !== undefined).map(({ orderId }) => orderId));
  const refunded = await inTurns(
    acted.filter(({ story }) => story.refundPercent !== undefined),
    async (one) => refundsDiffer(one, await paymentOf(cloud, one.orderId)),
  );
  const notifications = await notificationsOf(
    cloud,
    acted.map(({ orderId, story }) => ({ orderId, email: story.body.customer.email })),
  );
  await rebuild(cloud);
  return {
    violations: [
      ...found,
      ...refunded.flat(),
      ...carrierDisagrees(shipments, await parcelsOf(cloud), byHand),
      ...listedWrongly(before, placed),
      ...readModelsDiffer(before, await listed(cloud)),
      ...(notifications === undefined ? [] : notifiedWrongly(notifications, before)),
    ],
    endings: countEndings([...placed.keys()].map((orderId) => before.get(orderId))),
    unchecked: notifications === undefined ? ['notifications: the service is not there'] : [],
  };
}

function countEndings(orders: readonly ({ status: string; reason?: string } | undefined)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const order of orders) {
    const ending = order === undefined ? 'lost' : `${order.status}${order.reason ? ` (${order.reason})` : ''}`;
    counts[ending] = (counts[ending] ?? 0) + 1;
  }
  return counts;
}
