import type { Call } from '@dure/contracts/call';
import { retryOnConflict } from '@dure/contracts/commit';
import { decide, type ReservationCommand } from '../domain/reservation.ts';
import type { Store } from '../store.ts';

/** Carries out a command on an order's reservation: load, decide, save with its event. */
export function changeReservation(
  store: Store,
  call: Call,
  orderId: string,
  command: ReservationCommand,
): Promise<void> {
  return retryOnConflict(async () => {
    const skus = command.type === 'ReserveStock' ? command.lines.map((line) => line.sku) : [];
    const { stored, availability } = await store.loadForReservation(orderId, skus);
    const decision = decide(command, stored.reservation, availability);
    if (decision !== undefined) await store.saveDecision(call, stored, decision);
  });
}
