import { http, reply } from '@dure/contracts/binding/http';
import { GetWebhookEndpoint } from '@dure/contracts/notifications';
import { problem } from '@dure/contracts/problem';
import { endpoints } from '../composition.ts';
import { endpointView } from './webhook-endpoint-view.ts';

export const getWebhookEndpointHandler = http(GetWebhookEndpoint, {
  run: ({ params }) => endpoints.load(params.endpointId),
  answer: (found) =>
    found === undefined
      ? problem('webhook-endpoint-not-found')
      : reply(200, endpointView(found), { etag: found.version }),
});
