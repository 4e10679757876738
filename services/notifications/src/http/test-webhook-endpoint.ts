import { http, reply } from '@dure/contracts/binding/http';
import { TestWebhookEndpoint } from '@dure/contracts/notifications';
import { problem } from '@dure/contracts/problem';
import { testEndpoint } from '../application/deliveries.ts';
import { fanningOut } from '../composition.ts';
import { deliveryView } from './webhook-endpoint-view.ts';

export const testWebhookEndpoint = http(TestWebhookEndpoint, {
  run: ({ params }, call) => testEndpoint(fanningOut(), params.endpointId, call),
  answer: (result) => {
    if (result === 'not-found') return problem('webhook-endpoint-not-found');
    return result === 'disabled' ? problem('webhook-endpoint-disabled') : reply(202, deliveryView(result));
  },
});
