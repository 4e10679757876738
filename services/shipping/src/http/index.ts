import { api } from '@dure/contracts/binding/api';
import { table } from '../composition.ts';
import { dispatchShipmentHandler } from './dispatch-shipment.handler.ts';
import { endShipmentHandler } from './end-shipment.handler.ts';
import { getShipmentHandler } from './get-shipment.handler.ts';
import { listShipmentsHandler } from './list-shipments.handler.ts';

export const handler = api({ table }, [
  getShipmentHandler,
  listShipmentsHandler,
  dispatchShipmentHandler,
  endShipmentHandler,
]);
