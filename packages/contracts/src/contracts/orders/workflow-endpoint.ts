import * as z from 'zod/mini';
import { endpoint } from '../contract.ts';
import { impersonal } from '../marks.ts';
import { Instant, Links, Uuid } from '../values.ts';
import { exampleOrder } from './order.ts';

const { orderId } = exampleOrder;

const WorkflowStep = z.strictObject({
  name: impersonal(z.string()),
  status: z.enum(['running', 'succeeded', 'failed', 'timed-out', 'aborted']),
  attempts: z.int().check(z.gte(1)),
  startedAt: Instant,
  endedAt: z.optional(Instant),
  durationMs: z.optional(z.int()),
  error: z.optional(z.string()),
});

const WorkflowExecution = z.strictObject({
  name: impersonal(z.string()),
  mode: z.enum(['checkout', 'ship', 'deliver', 'cancel', 'reject', 'undo']),
  status: z.enum(['running', 'succeeded', 'failed', 'timed-out', 'aborted']),
  startedAt: Instant,
  endedAt: z.optional(Instant),
  durationMs: z.optional(z.int()),
  steps: z.array(WorkflowStep),
});

export const GetOrderWorkflow = endpoint('orders', {
  name: 'GetOrderWorkflow',
  method: 'GET',
  path: '/orders/{orderId}/workflow',
  version: 1,
  summary: 'Shows the workflow steps of an order, from the history of its executions',
  access: { any: 'orders:read:any' },
  params: z.strictObject({ orderId: Uuid }),
  responses: {
    200: {
      description: 'The executions, oldest first: the checkout, and later ones that settled it',
      body: z.strictObject({ orderId: Uuid, executions: z.array(WorkflowExecution), _links: Links }),
    },
  },
  problems: { 'order-not-found': { status: 404, title: 'There is no such order' } },
  example: {
    params: { orderId },
    response: {
      orderId,
      executions: [
        {
          name: orderId,
          mode: 'checkout',
          status: 'running',
          startedAt: '2026-01-05T09:30:00.100Z',
          steps: [{ name: 'ReserveStock', status: 'running', attempts: 1, startedAt: '2026-01-05T09:30:00.110Z' }],
        },
      ],
      _links: { self: { href: `/v1/orders/${orderId}/workflow` } },
    },
  },
});
