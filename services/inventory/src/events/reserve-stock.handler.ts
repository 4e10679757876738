import { on } from '@dure/contracts/binding/message';
import { consumes } from '@dure/contracts/contract';
import { ReserveStock } from '@dure/contracts/inventory';
import { changeReservation } from '../application/change-reservation.ts';
import { reservationMinutes, store } from '../composition.ts';

export const reserveStockHandler = on(consumes(ReserveStock, ['orderId', 'lines']), ({ data }, call) => {
  const expiresAt = new Date(Date.parse(call.time) + reservationMinutes * 60_000).toISOString();
  return changeReservation(store, call, data.orderId, { type: 'ReserveStock', lines: data.lines, expiresAt });
});
