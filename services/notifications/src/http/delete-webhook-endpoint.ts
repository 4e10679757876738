import { http, reply } from '@dure/contracts/binding/http';
import { DeleteWebhookEndpoint } from '@dure/contracts/notifications';
import { problem } from '@dure/contracts/problem';
import { deleteEndpoint } from '../application/manage-endpoints.ts';
import { managing } from '../composition.ts';

export const deleteWebhookEndpoint = http(DeleteWebhookEndpoint, {
  run: ({ params }, call) => deleteEndpoint(managing(), params.endpointId, call),
  answer: (existed) => (existed ? reply(204, undefined) : problem('webhook-endpoint-not-found')),
});
