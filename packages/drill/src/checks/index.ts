import type { Cloud } from '@dure/testing/cloud';
import { mapInBatches } from '@dure/testing/map-in-batches';
import { violations } from '@dure/testing/shop/invariants';
import { paymentOf, shipmentsOf } from '@dure/testing/shop/shop';
import type { PlayedOrder } from '../play-order.ts';
import { parcelsOf, unknownParcels } from './carrier-ledger.ts';
import { countResentMails, notificationsOf, notificationViolations } from './notifications.ts';
import { listed, listViolations, readModelDifferences, rebuild } from './read-models.ts';
import { refundViolations } from './refunds.ts';

export interface Checked {
  readonly violations: readonly string[];
  /** Number of orders by ending, such as `rejected (out-of-stock)`. */
  readonly endings: Readonly<Record<string, number>>;
  /** Mails that were sent a second time after an interrupted attempt. */
  readonly mailedAgain: number;
  /** What could not be checked, and why. */
  readonly unchecked: readonly string[];
}

/**
 * Everything that is inconsistent once the system is quiet, seen from outside.
 * @param stock expected on hand of each product if nothing had been sold
 */
export async function check(
  cloud: Cloud,
  acted: readonly PlayedOrder[],
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
      (await mapInBatches(refunded, async (one) => refundViolations(one, await paymentOf(cloud, one.orderId)))).flat(),
    ),
    await trying('parcels', async () => {
      const shipments = await mapInBatches(orderIds, (orderId) => shipmentsOf(cloud, orderId));
      return unknownParcels(
        await parcelsOf(cloud),
        shipments.flat().map(({ shipmentId }) => shipmentId),
      );
    }),
    listViolations(before, placed),
    notifications === undefined ? [] : notificationViolations(notifications, before),
    await trying('read models', async () => {
      await rebuild(cloud);
      return readModelDifferences(before, await listed(cloud));
    }),
  ];
  return {
    violations: found.flat(),
    endings: countEndings(orderIds.map((orderId) => before.get(orderId))),
    mailedAgain: countResentMails(notifications ?? []),
    unchecked: notifications === undefined ? ['notifications: the service is not running'] : [],
  };
}

/** A failing read is a violation too. */
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
