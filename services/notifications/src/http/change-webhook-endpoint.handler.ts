import { http, reply } from '@dure/contracts/binding/http';
import { ChangeWebhookEndpoint } from '@dure/contracts/notifications';
import { problem } from '@dure/contracts/problem';
import { changeEndpoint } from '../application/manage-endpoints.ts';
import { endpointDependencies } from '../composition.ts';
import { endpointView } from './webhook-endpoint-view.ts';

export const changeWebhookEndpointHandler = http(ChangeWebhookEndpoint, {
  run: ({ params, body, ifMatch }, call) =>
    changeEndpoint(endpointDependencies(), { ...params, changes: body, ifMatch }, call),
  answer: (result) =>
    'rejected' in result
      ? problem(result.rejected, result.detail)
      : reply(200, endpointView(result), { etag: result.version }),
});
