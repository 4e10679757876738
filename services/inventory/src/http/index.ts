import { api } from '@dure/contracts/binding/api';
import { checkTable } from '@dure/contracts/binding/table';
import { table } from '../composition.ts';
import { getReservationHandler } from './get-reservation.handler.ts';
import { getStockHandler } from './get-stock.handler.ts';
import { receiveStockHandler } from './receive-stock.handler.ts';
import { setStockHandler } from './set-stock.handler.ts';

export const handler = api({ table, checks: { table: () => checkTable(table) } }, [
  setStockHandler,
  receiveStockHandler,
  getStockHandler,
  getReservationHandler,
]);
