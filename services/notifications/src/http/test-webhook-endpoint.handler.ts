import { http, reply } from '@dure/contracts/binding/http';
import { TestWebhookEndpoint } from '@dure/contracts/notifications';
import { problem } from '@dure/contracts/problem';
import { testEndpoint } from '../application/manage-deliveries.ts';
import { fanOutDependencies } from '../composition.ts';
import { deliveryView } from './webhook-endpoint-view.ts';

export const testWebhookEndpointHandler = http(TestWebhookEndpoint, {
  run: ({ params }, call) => testEndpoint(fanOutDependencies(), params.endpointId, call),
  answer: (result) => {
    if (result === 'not-found') return problem('webhook-endpoint-not-found');
    return result === 'disabled' ? problem('webhook-endpoint-disabled') : reply(202, deliveryView(result));
  },
});
