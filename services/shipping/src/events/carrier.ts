import { consumer } from '@dure/contracts/binding/consumer';
import { consumes } from '@dure/contracts/contract';
import { on } from '@dure/contracts/binding/message';
import { ShipmentCreated, ShipmentRecallRequested } from '@dure/contracts/shipping';
import { askForLabel, recallParcel } from '../application/ask-carrier.ts';
import { dependencies } from '../composition.ts';

const asked = dependencies();

/** What the service's own events ask of the carrier: from its queue, so that a carrier that is down holds up nothing. */
export const handler = consumer('carrier', [
  on(consumes(ShipmentCreated, ['orderId', 'shipmentId']), ({ data }, call) => askForLabel(asked, call, data)),
  on(consumes(ShipmentRecallRequested, ['orderId', 'shipmentId']), ({ data }, call) => recallParcel(asked, call, data)),
]);
