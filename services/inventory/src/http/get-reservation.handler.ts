import { http, reply } from '@dure/contracts/binding/http';
import { GetReservation } from '@dure/contracts/inventory';
import { problem } from '@dure/contracts/problem';
import { store } from '../composition.ts';

export const getReservationHandler = http(GetReservation, {
  run: ({ params }) => store.loadReservation(params.orderId),
  answer: ({ orderId, reservation, updatedAt }) => {
    if (reservation === undefined) return problem('reservation-not-found');
    return reply(200, {
      orderId,
      status: reservation.status,
      lines: [...reservation.lines],
      missing: 'missing' in reservation && reservation.missing ? [...reservation.missing] : undefined,
      returned: 'returned' in reservation && reservation.returned ? [...reservation.returned] : undefined,
      expiresAt: reservation.status === 'reserved' && !reservation.held ? reservation.expiresAt : undefined,
      updatedAt,
      _links: { self: { href: `/v1/reservations/${orderId}` } },
    });
  },
});
