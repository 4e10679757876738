import { isDeepStrictEqual } from 'node:util';
import type { Call } from '@dure/contracts/binding/call';
import { nextCheckAt } from '../domain/due.ts';
import type { StoredShipment } from '../store.ts';
import { requestLabel, pollTracking, type Dependencies, recallParcel } from './carrier-requests.ts';

const BATCH = 50;
const AT_ONCE = 10;

/**
 * Repeats requests that the carrier did not answer, and asks about parcels that were silent for long, since a webhook may
 * never come. If there is nothing new, it asks again less and less often.
 * @returns how many were asked about, and how many of these failed
 */
export async function pollSilentShipments(
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
      call.log.warn('the carrier could not be asked', {
        shipmentId: due[index]?.shipment.shipmentId,
        error: result.reason,
      });
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
  const loaded = await dependencies.store.load(orderId);
  const current = loaded.shipping.shipments.find((it) => it.shipmentId === shipment.shipmentId);
  // A copy that was left behind: the shipment itself may not be due.
  if (!isDeepStrictEqual(current, shipment)) return dependencies.store.mend(loaded);
  // Postponed first, so that a failing request is not repeated by every run.
  await dependencies.store.postpone(shipment.shipmentId, nextCheckAt(shipment, call.time, pauseMinutes));
  if (shipment.recalled === true) return recallParcel(dependencies, call, asked);
  if (shipment.status === 'pending') return requestLabel(dependencies, call, asked);
  await pollTracking(dependencies, call, asked);
}
