import { type Consumed, consumes } from '@dure/contracts/contract';
import {
  OrderDispatched,
  ShipmentCancelled,
  ShipmentCreated,
  ShipmentDelivered,
  ShipmentDispatched,
  ShipmentLabelled,
  ShipmentLost,
  ShipmentReturned,
} from '@dure/contracts/shipping';
import { onFact } from './on-fact.ts';

type Movement =
  | typeof ShipmentLabelled
  | typeof ShipmentDispatched
  | typeof ShipmentDelivered
  | typeof ShipmentReturned
  | typeof ShipmentLost
  | typeof ShipmentCancelled;

const moved = (consumed: Consumed<Movement, 'shipmentId'>) =>
  onFact('shipping', consumed, ({ shipmentId }) => ({ type: consumed.contract.name, shipmentId }));

export const shipping = [
  onFact('shipping', consumes(ShipmentCreated, ['shipmentId', 'lines']), ({ shipmentId, lines }) => ({
    type: 'ShipmentCreated',
    shipmentId,
    lines,
  })),
  moved(consumes(ShipmentLabelled, ['shipmentId'])),
  moved(consumes(ShipmentDispatched, ['shipmentId'])),
  moved(consumes(ShipmentDelivered, ['shipmentId'])),
  moved(consumes(ShipmentReturned, ['shipmentId'])),
  moved(consumes(ShipmentLost, ['shipmentId'])),
  moved(consumes(ShipmentCancelled, ['shipmentId'])),
  onFact('shipping', consumes(OrderDispatched, ['orderId']), () => ({ type: 'OrderDispatched' })),
];
