import type { Call } from '@dure/contracts/binding/call';
import { askAgainAt } from '../domain/due.ts';
import type { StoredShipment } from '../store.ts';
import { askForLabel, askForNews, type Dependencies, recallParcel } from './ask-carrier.ts';

const BATCH = 50;
const AT_ONCE = 10;

/**
 * Asks the carrier anew for what it did not answer, and of what nothing was heard for long: a webhook may never come.
 * What it cannot say is asked again, ever less often. Answers how many were asked, and how many of these failed.
 */
export async function settleSilentShipments(
  dependencies: Dependencies,
  call: Call,
  pauseMinutes: number,
): Promise<{ asked: number; unreachable: number }> {
  const due = await dependencies.store.listDue(call.time, BATCH);
  const results: PromiseSettledResult<void>[] = [];
  for (let from = 0; from < due.length; from += AT_ONCE) {
    const some = due.slice(from, from + AT_ONCE);
    results.push(...(await Promise.allSettled(some.map((stored) => ask(dependencies, call, stored, pauseMinutes)))));
  }
  for (const [index, result] of results.entries()) {
    if (result.status === 'rejected') {
      call.log.warn('carrier not asked', { shipmentId: due[index]?.shipment.shipmentId, error: result.reason });
    }
  }
  return { asked: due.length, unreachable: results.filter(({ status }) => status === 'rejected').length };
}

async function ask(
  dependencies: Dependencies,
  call: Call,
  stored: StoredShipment,
  pauseMinutes: number,
): Promise<void> {
  const { orderId, shipment } = stored;
  const asked = { orderId, shipmentId: shipment.shipmentId };
  // Postponed first: what fails is not asked again by every run.
  await dependencies.store.postpone(shipment.shipmentId, askAgainAt(shipment, call.time, pauseMinutes));
  if (shipment.recalled === true) return recallParcel(dependencies, call, asked);
  if (shipment.status === 'pending') return askForLabel(dependencies, call, asked);
  await askForNews(dependencies, call, asked);
}
