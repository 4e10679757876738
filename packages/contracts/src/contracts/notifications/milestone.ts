import * as z from 'zod/mini';

/** The milestones of an order that customers are notified of. */
export const Milestone = z.enum(['placed', 'confirmed', 'shipped', 'completed', 'rejected', 'cancelled', 'refunded']);
export type Milestone = z.output<typeof Milestone>;

/** As a webhook's `type`. */
export const WebhookEventType = z.enum([
  'order.placed',
  'order.confirmed',
  'order.shipped',
  'order.completed',
  'order.rejected',
  'order.cancelled',
  'order.refunded',
]);
export type WebhookEventType = z.output<typeof WebhookEventType>;
