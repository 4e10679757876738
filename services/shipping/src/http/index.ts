import { api } from '@dure/contracts/binding/api';
import { checkTable } from '@dure/contracts/binding/table';
import { table } from '../composition.ts';
import { dispatchShipment } from './dispatch-shipment.ts';
import { endShipment } from './end-shipment.ts';
import { getShipment } from './get-shipment.ts';
import { listShipments } from './list-shipments.ts';

export const handler = api({ table, checks: { table: () => checkTable(table) } }, [
  getShipment,
  listShipments,
  dispatchShipment,
  endShipment,
]);
