import { consumer } from '@dure/contracts/binding/consumer';
import { commitStockHandler } from './commit-stock.handler.ts';
import { holdReservationHandler } from './hold-reservation.handler.ts';
import { releaseStockHandler } from './release-stock.handler.ts';
import { reserveStockHandler } from './reserve-stock.handler.ts';
import { returnStockHandler } from './return-stock.handler.ts';

export const handler = consumer('commands', [
  reserveStockHandler,
  releaseStockHandler,
  commitStockHandler,
  returnStockHandler,
  holdReservationHandler,
]);
