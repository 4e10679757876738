import { on } from '@dure/contracts/binding/message';
import { consumes } from '@dure/contracts/contract';
import { OrderConfirmed } from '@dure/contracts/orders';
import { changeReservation } from '../application/change-reservation.ts';
import { store } from '../composition.ts';

/** A confirmed order keeps its goods until its parcels have left. */
export const holdReservationHandler = on(consumes(OrderConfirmed, ['orderId']), ({ data }, call) =>
  changeReservation(store, call, data.orderId, { type: 'hold' }),
);
