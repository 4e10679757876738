import type { Cloud } from '@dure/testing/cloud';
import { violations } from '@dure/testing/shop/invariants';
import { paymentOf, shipmentsOf } from '@dure/testing/shop/shop';
import type { Acted } from '../act.ts';
import { inTurns } from '../in-turns.ts';
import { parcelsOf, unknownParcels } from './books-of-the-carrier.ts';
import { mailedAgain, notificationsOf, notifiedWrongly } from './notifications.ts';
import { listed, listedWrongly, readModelsDiffer, rebuild } from './read-models.ts';
import { refundsDiffer } from './refunds.ts';

export interface Checked {
  readonly violations: readonly string[];
  /** Orders by how they ended, `rejected (out-of-stock)`. */
  readonly endings: Readonly<Record<string, number>>;
  /** Mails that went out a second time after an attempt that was broken off. */
  readonly mailedAgain: number;
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
  const orderIds = [...placed.keys()];
  const before = await listed(cloud);
  const notifications = await notificationsOf(
    cloud,
    acted.map(({ orderId, story }) => ({ orderId, email: story.body.customer.email })),
  );
  const refunded = acted.filter(({ story }) => story.refundPercent !== undefined);
  const found = [
    await trying('orders and stock', () => violations(cloud, { orderIds, stock })),
    await trying('refunds', async () =>
      (await inTurns(refunded, async (one) => refundsDiffer(one, await paymentOf(cloud, one.orderId)))).flat(),
    ),
    await trying('parcels', async () => {
      const shipments = await inTurns(orderIds, (orderId) => shipmentsOf(cloud, orderId));
      return unknownParcels(
        await parcelsOf(cloud),
        shipments.flat().map(({ shipmentId }) => shipmentId),
      );
    }),
    listedWrongly(before, placed),
    notifications === undefined ? [] : notifiedWrongly(notifications, before),
    await trying('read models', async () => {
      await rebuild(cloud);
      return readModelsDiffer(before, await listed(cloud));
    }),
  ];
  return {
    violations: found.flat(),
    endings: countEndings(orderIds.map((orderId) => before.get(orderId))),
    mailedAgain: mailedAgain(notifications ?? []),
    unchecked: notifications === undefined ? ['notifications: the service is not there'] : [],
  };
}

/** What cannot even be read is a violation too. */
async function trying(what: string, look: () => Promise<string[]>): Promise<string[]> {
  try {
    return await look();
  } catch (error) {
    return [`${what} could not be read: ${String(error)}`];
  }
}

function countEndings(orders: readonly ({ status: string; reason?: string } | undefined)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const order of orders) {
    const ending = order === undefined ? 'lost' : `${order.status}${order.reason ? ` (${order.reason})` : ''}`;
    counts[ending] = (counts[ending] ?? 0) + 1;
  }
  return counts;
}
