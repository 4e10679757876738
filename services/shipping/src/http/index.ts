import { api } from '@dure/contracts/binding/api';
import { table } from '../composition.ts';
import { dispatchShipment } from './dispatch-shipment.ts';
import { endShipment } from './end-shipment.ts';
import { getShipment } from './get-shipment.ts';
import { listShipments } from './list-shipments.ts';

export const handler = api({ table }, [getShipment, listShipments, dispatchShipment, endShipment]);
