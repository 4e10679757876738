import type { Call } from '@dure/contracts/binding/call';
import { event, type EventContract } from '@dure/contracts/contract';
import { Milestone } from '@dure/contracts/notifications';
import { OrderStatus } from '@dure/contracts/orders';
import { publish, toEnvelope } from '@dure/contracts/binding/outbox';
import { CustomerId, Instant, Uuid } from '@dure/contracts/values';
import * as z from 'zod/mini';

/**
 * Messages between the functions of this service, over its topic and queues, never over the bus. They have the format of
 * bus messages, so that the same binding reads them.
 */

const exampleOrderId = '01890a5d-ac96-774b-bcce-b302099a8057';

/** Over the topic `dure-{stage}-order-milestones`; the attribute `milestone` is what subscriptions filter by. */
export const OrderMilestone = event(
  'notifications',
  'OrderMilestone',
  1,
  z.object({
    orderId: Uuid,
    /** Missing until an event of the order has it. */
    customerId: z.optional(CustomerId),
    milestone: Milestone,
    /** Counts the entries of the order, from 1, without gaps, in the order in which they became known here. */
    sequence: z.int().check(z.gte(1)),
    /** The newest known status: it never goes back, though old events may arrive late. */
    status: OrderStatus,
    /** When it happened. */
    at: Instant,
    /** The event's sequence among those of the order itself; refunds have none. */
    orderSequence: z.optional(z.int().check(z.gte(1))),
    details: z.record(z.string(), z.unknown()),
  }),
  {
    description: 'An order reached a milestone.',
    example: {
      orderId: exampleOrderId,
      customerId: 'c-1001',
      milestone: 'confirmed',
      sequence: 2,
      status: 'confirmed',
      at: '2026-01-05T09:30:01.000Z',
      orderSequence: 2,
      details: {},
    },
  },
);
export type OrderMilestone = z.output<(typeof OrderMilestone)['schema']>;

export const WebhookDue = event('notifications', 'WebhookDue', 1, z.object({ endpointId: Uuid, deliveryId: Uuid }), {
  description: 'A delivery is to be attempted.',
  example: { endpointId: exampleOrderId, deliveryId: exampleOrderId },
});

export const ConnectionReady = event('notifications', 'ConnectionReady', 1, z.object({ connectionId: z.string() }), {
  description: 'A connection is to be sent the entries that it lacks.',
  example: { connectionId: 'L0SM9cOFvHcCIhw=' },
});

/** The body of a message in the format that an EventBridge rule puts into a queue. */
export function messageBody<E extends EventContract>(
  contract: E,
  { subject, data, id }: { readonly subject: string; readonly data: z.output<E['schema']>; readonly id?: string },
  call: Call,
): string {
  const made = toEnvelope(publish(contract, subject, 1, data), call);
  const detail = { ...made, replyto: undefined, ...(id !== undefined && { id }) };
  return JSON.stringify({ 'detail-type': contract.detailType, source: detail.source, detail });
}
