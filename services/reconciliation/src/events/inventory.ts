import { consumes } from '@dure/contracts/contract';
import {
  ReservationRefused,
  StockCommitted,
  StockReleased,
  StockReserved,
  StockReturned,
} from '@dure/contracts/inventory';
import { fact } from './seen.ts';

export const inventory = [
  fact('inventory', consumes(StockReserved, ['orderId']), () => ({ type: 'StockReserved' })),
  fact('inventory', consumes(ReservationRefused, ['orderId']), () => ({ type: 'ReservationRefused' })),
  fact('inventory', consumes(StockCommitted, ['lines']), ({ lines }) => ({ type: 'StockCommitted', lines })),
  fact('inventory', consumes(StockReleased, ['reason']), ({ reason }) => ({ type: 'StockReleased', reason })),
  fact('inventory', consumes(StockReturned, ['lines']), ({ lines }) => ({ type: 'StockReturned', lines })),
];
