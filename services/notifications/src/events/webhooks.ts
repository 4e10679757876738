import { consumer } from '@dure/contracts/binding/consumer';
import { consumes } from '@dure/contracts/contract';
import { metric } from '@dure/contracts/binding/log';
import { on } from '@dure/contracts/binding/message';
import { attemptDelivery, type DeliveryDependencies } from '../application/attempt-delivery.ts';
import { fanOut } from '../application/fan-out-webhooks.ts';
import { deliveryDependencies } from '../composition.ts';
import { OrderMilestone, WebhookDue } from '../messages.ts';

/** The subscriptions of the function behind the webhook queue. */
export const subscriptionsOf = (using: DeliveryDependencies) => [
  on(
    consumes(OrderMilestone, ['orderId', 'customerId', 'milestone', 'sequence', 'status', 'at', 'details']),
    ({ id, data }, call) => fanOut(using, id, data, call),
  ),
  on(consumes(WebhookDue, ['endpointId', 'deliveryId']), async ({ data }, call) => {
    const started = performance.now();
    const outcome = await attemptDelivery(using, data, call);
    const operation = outcome === 'disabled' ? 'webhook-endpoint' : 'webhook';
    call.log.info('webhook', { ...metric(operation, outcome, performance.now() - started), ...data });
  }),
];

export const handler = consumer('webhooks', subscriptionsOf(deliveryDependencies()));
