import { consumes } from '@dure/contracts/contract';
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

const moved = [
  ShipmentLabelled,
  ShipmentDispatched,
  ShipmentDelivered,
  ShipmentReturned,
  ShipmentLost,
  ShipmentCancelled,
] as const;

export const shipping = [
  onFact('shipping', consumes(ShipmentCreated, ['shipmentId', 'lines']), ({ shipmentId, lines }) => ({
    type: 'ShipmentCreated',
    shipmentId,
    lines,
  })),
  ...moved.map((contract) =>
    onFact('shipping', consumes(contract, ['shipmentId']), ({ shipmentId }) => ({ type: contract.name, shipmentId })),
  ),
  onFact('shipping', consumes(OrderDispatched, ['orderId']), () => ({ type: 'OrderDispatched' })),
];
