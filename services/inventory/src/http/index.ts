import { api } from '@dure/contracts/binding/api';
import { table } from '../composition.ts';
import { getReservationHandler } from './get-reservation.handler.ts';
import { getStockHandler } from './get-stock.handler.ts';
import { listStockHandler } from './list-stock.handler.ts';
import { receiveStockHandler } from './receive-stock.handler.ts';
import { setStockHandler } from './set-stock.handler.ts';

export const handler = api({ table }, [
  setStockHandler,
  receiveStockHandler,
  getStockHandler,
  listStockHandler,
  getReservationHandler,
]);
