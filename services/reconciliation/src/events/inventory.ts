import { consumes } from '@dure/contracts/contract';
import {
  ReservationRefused,
  StockCommitted,
  StockReleased,
  StockReserved,
  StockReturned,
} from '@dure/contracts/inventory';
import { onFact } from './on-fact.ts';

export const inventory = [
  onFact('inventory', consumes(StockReserved, ['orderId']), () => ({ type: 'StockReserved' })),
  onFact('inventory', consumes(ReservationRefused, ['orderId']), () => ({ type: 'ReservationRefused' })),
  onFact('inventory', consumes(StockCommitted, ['lines']), ({ lines }) => ({ type: 'StockCommitted', lines })),
  onFact('inventory', consumes(StockReleased, ['reason']), ({ reason }) => ({ type: 'StockReleased', reason })),
  onFact('inventory', consumes(StockReturned, ['lines']), ({ lines }) => ({ type: 'StockReturned', lines })),
];
