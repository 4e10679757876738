import type { Call } from '@dure/contracts/binding/call';
import { retryOnConflict } from '@dure/contracts/binding/commit';
import { decide, type Decision, type ReservationCommand, skusToRead } from '../domain/reservation.ts';
import type { Store } from '../store.ts';

/** Runs a command on an order's reservation: load, decide, save with its event. */
export function changeReservation(
  store: Store,
  call: Call,
  orderId: string,
  command: ReservationCommand,
): Promise<void> {
  return retryOnConflict(async () => {
    const skus = command.type === 'ReserveStock' ? command.lines.map((line) => line.sku) : [];
    const { stored, levels, places } = await store.loadForReservation(orderId, skus);
    const located = placed(command, places);
    const own = skusToRead(command, stored.reservation);
    const stock = own.length > 0 ? await store.loadLevels(own) : levels;
    const decision = decide(located, stored.reservation, stock);
    if (decision === undefined) return;
    await store.saveDecision(call, stored, decision);
    warnOfShortage(call, orderId, decision);
  });
}

function warnOfShortage(call: Call, orderId: string, { event, moves }: Decision): void {
  if (event?.type !== 'StockCommitted' || event.missing === undefined || moves.length === 0) return;
  call.log.warn('goods left that were not in stock', { orderId, missing: event.missing });
}

/** Adds to each line the location where its product is kept. */
function placed(command: ReservationCommand, places: ReadonlyMap<string, string | undefined>): ReservationCommand {
  if (command.type !== 'ReserveStock') return command;
  return { ...command, lines: command.lines.map((line) => ({ ...line, location: places.get(line.sku) })) };
}
