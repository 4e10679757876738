import { ListNotifications } from '@dure/contracts/notifications';
import { GetOrderWorkflow } from '@dure/contracts/orders';
import type { Cloud } from '@dure/testing/cloud';
import { nameOf, recorded } from '@dure/testing/journal';
import type { PlayedOrder } from './play-order.ts';
import type { Outcome } from './run-drill.ts';

/** The orders that a violation names. */
export const violatedOrders = ({ violations, acted }: Outcome): PlayedOrder[] =>
  acted.filter(({ orderId }) => violations.some((what) => what.includes(orderId)));

/**
 * Describes an order: its story, events and executions, the notifications to its customer, and the faults that were active
 * meanwhile.
 */
export async function describeOrder(cloud: Cloud, acted: PlayedOrder, { violations, story }: Outcome): Promise<string> {
  const { orderId, placedAt, story: order } = acted;
  const [events, workflow, notifications] = await Promise.all([
    recorded(cloud, { subject: orderId }),
    cloud.call(GetOrderWorkflow, { params: { orderId } }),
    cloud.call(ListNotifications, { query: { orderId, limit: 100 } }),
  ]);
  const first = Date.parse(events[0]?.time ?? '');
  const last = Math.max(first, ...events.map(({ recordedAt }) => Date.parse(recordedAt)));
  const until = placedAt + (last - first);
  const faults = story.faults.filter((fault) => fault.from <= until && fault.until >= placedAt);
  return [
    `Order ${orderId} (${order.name}), placed after ${seconds(placedAt)}: ${JSON.stringify(order)}`,
    ...violations.filter((what) => what.includes(orderId)),
    ...events.map(
      (event) =>
        `  ${event.time}  ${event.source.replace('dure.', '').padEnd(10)} ${String(event.sequence ?? '').padStart(3)}  ${nameOf(event)}  ${JSON.stringify(event.data)}`,
    ),
    `  Workflow: ${JSON.stringify(workflow.body ?? workflow.problem)}`,
    `  Notifications: ${JSON.stringify(notifications.body ?? notifications.problem)}`,
    ...faults.map(
      ({ kind, from, until: to, plan }) => `  ${seconds(from)} to ${seconds(to)}  ${kind}  ${JSON.stringify(plan)}`,
    ),
  ].join('\n');
}

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;
