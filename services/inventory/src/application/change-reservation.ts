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
    const { stored, availability, places } = await store.loadForReservation(orderId, skus);
    const decision = decide(placed(command, places), stored.reservation, availability);
    if (decision !== undefined) await store.saveDecision(call, stored, decision);
  });
}

/** The lines of an order, with the place where each is kept. */
function placed(command: ReservationCommand, places: ReadonlyMap<string, string | undefined>): ReservationCommand {
  if (command.type !== 'ReserveStock') return command;
  return { ...command, lines: command.lines.map((line) => ({ ...line, location: places.get(line.sku) })) };
}
