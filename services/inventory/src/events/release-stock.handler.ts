import { on } from '@dure/contracts/binding/message';
import { consumes } from '@dure/contracts/contract';
import { ReleaseStock } from '@dure/contracts/inventory';
import { changeReservation } from '../application/change-reservation.ts';
import { store } from '../composition.ts';

export const releaseStockHandler = on(consumes(ReleaseStock, ['orderId']), ({ data }, call) =>
  changeReservation(store, call, data.orderId, { type: 'ReleaseStock' }),
);
