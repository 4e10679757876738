import { http, reply } from '@dure/contracts/binding/http';
import { DeleteWebhookEndpoint } from '@dure/contracts/notifications';
import { problem } from '@dure/contracts/problem';
import { deleteEndpoint } from '../application/manage-endpoints.ts';
import { endpointDependencies } from '../composition.ts';

export const deleteWebhookEndpointHandler = http(DeleteWebhookEndpoint, {
  run: ({ params }, call) => deleteEndpoint(endpointDependencies(), params.endpointId, call),
  answer: (existed) => (existed ? reply(204, undefined) : problem('webhook-endpoint-not-found')),
});
