import { http, reply } from '@dure/contracts/binding/http';
import { ListWebhookDeliveries } from '@dure/contracts/notifications';
import { problem } from '@dure/contracts/problem';
import { listDeliveries } from '../application/manage-deliveries.ts';
import { deliveries, endpoints } from '../composition.ts';
import { deliveryView } from './webhook-endpoint-view.ts';

export const listWebhookDeliveriesHandler = http(ListWebhookDeliveries, {
  run: ({ params, query }) => listDeliveries({ endpoints, deliveries }, { ...params, ...query }),
  answer: (result, { params, query }) => {
    if ('rejected' in result) return problem(result.rejected);
    const link = (cursor: string | undefined) => {
      const search = new URLSearchParams({ limit: String(query.limit), ...(cursor && { cursor }) });
      return { href: `/v1/webhook-endpoints/${params.endpointId}/deliveries?${search}` };
    };
    const next = result.next && { next: link(result.next) };
    return reply(200, { items: result.deliveries.map(deliveryView), _links: { self: link(query.cursor), ...next } });
  },
});
