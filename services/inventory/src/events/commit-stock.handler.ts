import { on } from '@dure/contracts/binding/message';
import { consumes } from '@dure/contracts/contract';
import { CommitStock } from '@dure/contracts/inventory';
import { changeReservation } from '../application/change-reservation.ts';
import { store } from '../composition.ts';

export const commitStockHandler = on(consumes(CommitStock, ['orderId']), ({ data }, call) =>
  changeReservation(store, call, data.orderId, { type: 'CommitStock' }),
);
