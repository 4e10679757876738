import { http, reply } from '@dure/contracts/binding/http';
import { problem } from '@dure/contracts/problem';
import { ListShipments } from '@dure/contracts/shipping';
import { listShipments } from '../application/list-shipments.ts';
import { store } from '../composition.ts';
import { shipmentView } from './shipment-view.ts';

export const listShipmentsHandler = http(ListShipments, {
  run: ({ query }) => listShipments(store, query),
  owner: (result) => ('rejected' in result ? null : result.customerId),
  none: () => ({ shipments: [] }),
  answer: (result, { query: { orderId, status, limit } }) => {
    if ('rejected' in result) return problem(result.rejected);
    const wanted = orderId === undefined ? `status=${status}` : `orderId=${orderId}`;
    const href = `/v1/shipments?${wanted}&limit=${limit}`;
    const next = result.next && { next: { href: `${href}&cursor=${result.next}` } };
    return reply(200, { items: result.shipments.map(shipmentView), _links: { self: { href }, ...next } });
  },
});
