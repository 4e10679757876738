import { on } from '@dure/contracts/binding/message';
import { consumes } from '@dure/contracts/contract';
import { ReturnStock } from '@dure/contracts/inventory';
import { changeReservation } from '../application/change-reservation.ts';
import { store } from '../composition.ts';

export const returnStockHandler = on(consumes(ReturnStock, ['orderId', 'lines']), ({ data }, call) =>
  changeReservation(store, call, data.orderId, { type: 'ReturnStock', lines: data.lines }),
);
