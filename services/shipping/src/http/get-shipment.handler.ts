import { http, reply } from '@dure/contracts/binding/http';
import { problem } from '@dure/contracts/problem';
import { GetShipment } from '@dure/contracts/shipping';
import { store } from '../composition.ts';
import { shipmentView } from './shipment-view.ts';

export const getShipmentHandler = http(GetShipment, {
  run: ({ params }) => store.loadShipment(params.shipmentId.toLowerCase()),
  owner: (stored) => stored?.customerId,
  none: () => undefined,
  answer: (stored) =>
    stored === undefined ? problem('shipment-not-found') : reply(200, shipmentView(stored), { etag: stored.version }),
});
