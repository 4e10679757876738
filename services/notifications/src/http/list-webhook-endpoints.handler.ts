import { http, reply } from '@dure/contracts/binding/http';
import { ListWebhookEndpoints } from '@dure/contracts/notifications';
import { endpoints } from '../composition.ts';
import { endpointView } from './webhook-endpoint-view.ts';

export const listWebhookEndpointsHandler = http(ListWebhookEndpoints, {
  run: () => endpoints.list(),
  answer: (found) =>
    reply(200, { items: found.map(endpointView), _links: { self: { href: '/v1/webhook-endpoints' } } }),
});
