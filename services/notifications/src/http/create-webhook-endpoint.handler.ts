import { http, reply } from '@dure/contracts/binding/http';
import { CreateWebhookEndpoint } from '@dure/contracts/notifications';
import { problem } from '@dure/contracts/problem';
import { createEndpoint, withSecret } from '../application/manage-endpoints.ts';
import { endpoints, endpointDependencies } from '../composition.ts';
import { endpointView, secretOf } from './webhook-endpoint-view.ts';

export const createWebhookEndpointHandler = http(CreateWebhookEndpoint, {
  run: ({ body }, call) => createEndpoint(endpointDependencies(), body, call),
  recall: ({ reference = '' }) => withSecret(endpoints, reference, reference),
  answer: (result) => {
    if ('rejected' in result) return problem(result.rejected, result.detail);
    const view = endpointView(result);
    const headers = { location: view._links.self.href };
    return reply(201, { ...view, secret: secretOf(result) }, { etag: result.version, headers });
  },
});
