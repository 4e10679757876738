import { GetProjection, ListOrders, RebuildProjection } from '@dure/contracts/orders';
import { type Cloud, expectStatus } from '@dure/testing/cloud';
import { eventually } from '@dure/testing/eventually';
import { allOf } from '@dure/testing/pages';
import type { Order } from '@dure/testing/shop/shop';

const STATUSES = ['placed', 'confirmed', 'shipped', 'completed', 'rejected', 'cancelled'] as const;
const REBUILT = { within: 300_000 };

/** Every order of the read model, by its id. */
export async function listed(cloud: Cloud): Promise<Map<string, Order>> {
  const orders = new Map<string, Order>();
  for (const status of STATUSES) {
    const some = await allOf(async (cursor) => {
      const answer = await cloud.call(ListOrders, { query: { status, limit: 100, cursor } });
      return expectStatus(answer, 200).body;
    });
    for (const order of some) orders.set(order.orderId, order);
  }
  return orders;
}

export async function rebuild(cloud: Cloud): Promise<void> {
  const params = { projection: 'orders' } as const;
  expectStatus(await cloud.call(RebuildProjection, { params }), 202);
  await eventually(
    'The read model is rebuilt',
    async () => {
      const { body } = expectStatus(await cloud.call(GetProjection, { params }), 200);
      return body.rebuild?.phase === 'finished' || undefined;
    },
    REBUILT,
  );
}

/** Differences between the read model and one that is rebuilt from the events. */
export function readModelDifferences(before: ReadonlyMap<string, Order>, after: ReadonlyMap<string, Order>): string[] {
  const ids = [...new Set([...before.keys(), ...after.keys()])];
  return ids.flatMap((id) => {
    const [one, other] = [before.get(id), after.get(id)];
    const fields = [...new Set([...Object.keys(one ?? {}), ...Object.keys(other ?? {})])] as (keyof Order)[];
    const different = fields.filter((field) => JSON.stringify(one?.[field]) !== JSON.stringify(other?.[field]));
    if (different.length === 0) return [];
    const describe = (order: Order | undefined): string =>
      order === undefined ? 'nothing' : different.map((field) => `${field} ${JSON.stringify(order[field])}`).join(', ');
    return [`order ${id}: the read model had ${describe(one)}, the rebuilt one has ${describe(other)}`];
  });
}

/** Placed orders that are not listed, and listed orders that were not placed. */
export function listViolations(orders: ReadonlyMap<string, Order>, placed: ReadonlyMap<string, string>): string[] {
  const customers = new Set(placed.values());
  const lost = [...placed.keys()].filter((orderId) => !orders.has(orderId));
  const doubled = [...orders.values()].filter(
    ({ orderId, customer }) => customers.has(customer.id) && !placed.has(orderId),
  );
  return [
    ...lost.map((orderId) => `order ${orderId}: it was placed but is not listed`),
    ...doubled.map(({ orderId }) => `order ${orderId}: its customer placed another order, not this one`),
  ];
}
