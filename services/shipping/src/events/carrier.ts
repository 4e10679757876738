import { consumer } from '@dure/contracts/binding/consumer';
import { consumes } from '@dure/contracts/contract';
import { on } from '@dure/contracts/binding/message';
import { ShipmentCreated, ShipmentRecallRequested } from '@dure/contracts/shipping';
import { requestLabel, recallParcel } from '../application/carrier-requests.ts';
import { dependencies } from '../composition.ts';

const carrierDependencies = dependencies();

/** Requests to the carrier, triggered by the service's own events. A separate queue isolates a failing carrier. */
export const handler = consumer('carrier', [
  on(consumes(ShipmentCreated, ['orderId', 'shipmentId']), ({ data }, call) =>
    requestLabel(carrierDependencies, call, data),
  ),
  on(consumes(ShipmentRecallRequested, ['orderId', 'shipmentId']), ({ data }, call) =>
    recallParcel(carrierDependencies, call, data),
  ),
]);
