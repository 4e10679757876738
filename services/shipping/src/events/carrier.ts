import { consumer } from '@dure/contracts/binding/consumer';
import { consumes } from '@dure/contracts/contract';
import { on } from '@dure/contracts/binding/message';
import { ShipmentCreated, ShipmentRecallRequested } from '@dure/contracts/shipping';
import { requestLabel, recallParcel } from '../application/carrier-requests.ts';
import { dependencies } from '../composition.ts';

const carrierDependencies = dependencies();

/** Requests to the carrier, triggered by the service's own events: a queue of its own keeps a failing carrier apart. */
export const handler = consumer('carrier', [
  on(consumes(ShipmentCreated, ['orderId', 'shipmentId']), ({ data }, call) =>
    requestLabel(carrierDependencies, call, data),
  ),
  on(consumes(ShipmentRecallRequested, ['orderId', 'shipmentId']), ({ data }, call) =>
    recallParcel(carrierDependencies, call, data),
  ),
]);
