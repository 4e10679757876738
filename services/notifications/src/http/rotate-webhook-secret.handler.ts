import { http, reply } from '@dure/contracts/binding/http';
import { RotateWebhookSecret } from '@dure/contracts/notifications';
import { problem } from '@dure/contracts/problem';
import { rotateSecret, withSecret } from '../application/manage-endpoints.ts';
import { endpoints, endpointDependencies } from '../composition.ts';
import { endpointView, secretOf } from './webhook-endpoint-view.ts';

export const rotateWebhookSecretHandler = http(RotateWebhookSecret, {
  run: async ({ params }, call) => (await rotateSecret(endpointDependencies(), params.endpointId, call)) ?? 'not-found',
  recall: ({ reference = '' }, { params }) => withSecret(endpoints, params.endpointId, reference),
  answer: (result) => {
    if (result === 'not-found') return problem('webhook-endpoint-not-found');
    const { endpointId, secrets, updatedAt } = result;
    const previousSignsUntil = secrets[1]?.until ?? updatedAt;
    const _links = { endpoint: endpointView(result)._links.self };
    return reply(201, { endpointId, secret: secretOf(result), previousSignsUntil, _links });
  },
});
