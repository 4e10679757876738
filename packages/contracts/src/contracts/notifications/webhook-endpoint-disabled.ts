import * as z from 'zod/mini';
import { event } from '../contract.ts';
import { Instant, Uuid } from '../values.ts';
import { DisabledReason, exampleEndpointId } from './webhook-endpoint.ts';

export const WebhookEndpointDisabled = event(
  'notifications',
  'WebhookEndpointDisabled',
  1,
  z.object({ endpointId: Uuid, reason: DisabledReason, failingSince: z.optional(Instant) }),
  {
    description: 'Nothing more is sent to a webhook endpoint until it is enabled again.',
    example: { endpointId: exampleEndpointId, reason: 'failing', failingSince: '2026-01-05T09:30:00.000Z' },
  },
);
