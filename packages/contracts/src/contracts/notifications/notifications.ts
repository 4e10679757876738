import * as z from 'zod/mini';
import { endpoint } from '../contract.ts';
import { personal } from '../marks.ts';
import { exampleOrder } from '../orders/order.ts';
import { Cursor, CustomerId, Instant, Links, page, PageSize, Uuid } from '../values.ts';
import { Language } from './language.ts';
import { Milestone } from './milestone.ts';

/**
 * `sending`: in progress, or interrupted and retried. `sent`: the mail service accepted it. `suppressed`: not sent, see the
 * reason. `failed`: the mail service refused it for good. `uncertain`: interrupted twice, so it may have been sent.
 */
export const NotificationStatus = z.enum(['sending', 'sent', 'suppressed', 'failed', 'uncertain']);

export const SuppressionReason = z.enum([
  /** The customer opted out. */
  'opted-out',
  /** A newer mail had been sent. */
  'outdated',
  /** It was days late. */
  'too-late',
]);

const NotificationView = z.strictObject({
  id: Uuid,
  orderId: Uuid,
  customerId: CustomerId,
  channel: z.enum(['email']),
  milestone: Milestone,
  language: Language,
  status: NotificationStatus,
  /** Of `suppressed` one of the reasons, of `failed` what the mail service said. */
  reason: z.optional(personal(z.string())),
  subject: z.optional(z.string()),
  attempts: z.int(),
  /** When it happened. */
  at: Instant,
  updatedAt: Instant,
  _links: Links,
});

const exampleView = {
  id: '01890a5d-f6a7-7d55-be0c-6d7e8f901234',
  orderId: exampleOrder.orderId,
  customerId: exampleOrder.customer.id,
  channel: 'email' as const,
  milestone: 'placed' as const,
  language: 'ko' as const,
  status: 'sent' as const,
  subject: '주문이 접수되었습니다 (01890a5d)',
  attempts: 1,
  at: '2026-01-05T09:30:00.000Z',
  updatedAt: '2026-01-05T09:30:01.000Z',
  _links: { order: { href: `/v1/notifications?orderId=${exampleOrder.orderId}` } },
};

export const ListNotifications = endpoint('notifications', {
  name: 'ListNotifications',
  method: 'GET',
  path: '/notifications',
  version: 1,
  summary: 'Lists the mails to a customer or about an order, sent or not and why, newest first',
  access: { own: 'notifications:read', any: 'notifications:read:any', by: 'query.customerId' },
  callers: { gateway: 'on-behalf' },
  query: z
    .strictObject({
      customerId: z.optional(CustomerId),
      orderId: z.optional(Uuid),
      cursor: z.optional(Cursor),
      limit: z._default(PageSize, 20),
    })
    .check(
      z.refine((query) => query.customerId !== undefined || query.orderId !== undefined, {
        error: 'give customerId, orderId or both',
      }),
    ),
  responses: { 200: { description: 'A page of notifications', body: page(NotificationView) } },
  problems: { 'invalid-cursor': { status: 400, title: 'The cursor is not one that this list has given' } },
  example: {
    query: { customerId: 'c-1001' },
    response: { items: [exampleView], _links: { self: { href: '/v1/notifications?customerId=c-1001' } } },
  },
});
