import { api } from '@dure/contracts/binding/api';
import { table } from '../composition.ts';
import { cancelOrderHandler } from './cancel-order.handler.ts';
import { getProjectionHandler } from './get-projection.handler.ts';
import { rebuildProjectionHandler } from './rebuild-projection.handler.ts';
import { getOrderV2Handler } from './get-order-v2.handler.ts';
import { getOrderHandler } from './get-order.handler.ts';
import { listOrderEventsHandler } from './list-order-events.handler.ts';
import { listOrdersHandler } from './list-orders.handler.ts';
import { placeOrderHandler } from './place-order.handler.ts';

export const handler = api({ table }, [
  placeOrderHandler,
  getOrderHandler,
  getOrderV2Handler,
  listOrdersHandler,
  listOrderEventsHandler,
  cancelOrderHandler,
  rebuildProjectionHandler,
  getProjectionHandler,
]);
