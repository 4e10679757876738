import { api } from '@dure/contracts/binding/api';
import { table } from '../composition.ts';
import { cancelOrder } from './cancel-order.ts';
import { getProjection } from './get-projection.ts';
import { rebuildProjection } from './rebuild-projection.ts';
import { getOrder } from './get-order.ts';
import { listOrderEvents } from './list-order-events.ts';
import { listOrders } from './list-orders.ts';
import { placeOrder } from './place-order.ts';

export const handler = api({ table }, [
  placeOrder,
  getOrder,
  listOrders,
  listOrderEvents,
  cancelOrder,
  rebuildProjection,
  getProjection,
]);
