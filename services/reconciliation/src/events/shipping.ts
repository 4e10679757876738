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
import { fact } from './seen.ts';

const moved = [
  ShipmentLabelled,
  ShipmentDispatched,
  ShipmentDelivered,
  ShipmentReturned,
  ShipmentLost,
  ShipmentCancelled,
] as const;

export const shipping = [
  fact('shipping', consumes(ShipmentCreated, ['shipmentId', 'lines']), ({ shipmentId, lines }) => ({
    type: 'ShipmentCreated',
    shipmentId,
    lines,
  })),
  ...moved.map((contract) =>
    fact('shipping', consumes(contract, ['shipmentId']), ({ shipmentId }) => ({ type: contract.name, shipmentId })),
  ),
  fact('shipping', consumes(OrderDispatched, ['orderId']), () => ({ type: 'OrderDispatched' })),
];
