import type { Call } from '@dure/contracts/call';
import type { StoredShipment } from '../store.ts';
import { askForLabel, askForNews, type Dependencies, recallParcel } from './ask-carrier.ts';

const BATCH = 50;

/**
 * Asks the carrier anew for what it did not answer, and of what nothing was heard for long: a webhook may never come.
 * What it cannot say is asked again after `pauseMinutes`. Answers how many were asked, and how many of these failed.
 */
export async function settleSilentShipments(
  dependencies: Dependencies,
  call: Call,
  pauseMinutes: number,
): Promise<{ asked: number; unreachable: number }> {
  const due = await dependencies.store.listDue(call.time, BATCH);
  const later = new Date(Date.parse(call.time) + pauseMinutes * 60_000).toISOString();
  const results = await Promise.allSettled(due.map((stored) => ask(dependencies, call, stored, later)));
  for (const [index, result] of results.entries()) {
    if (result.status === 'rejected') {
      call.log.warn('carrier not asked', { shipmentId: due[index]?.shipment.shipmentId, error: result.reason });
    }
  }
  return { asked: due.length, unreachable: results.filter(({ status }) => status === 'rejected').length };
}

async function ask(dependencies: Dependencies, call: Call, stored: StoredShipment, later: string): Promise<void> {
  const { orderId, shipment } = stored;
  const asked = { orderId, shipmentId: shipment.shipmentId };
  // Postponed first: what fails is not asked again by every run.
  await dependencies.store.postpone(shipment.shipmentId, later);
  if (shipment.status === 'pending') return askForLabel(dependencies, call, asked);
  if (shipment.recalled === true) return recallParcel(dependencies, call, asked);
  await askForNews(dependencies, call, asked);
}
