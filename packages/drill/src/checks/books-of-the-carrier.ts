import { type Cloud, json } from '@dure/e2e/cloud';
import type { Shipment } from '@dure/e2e/shop';

interface Parcel {
  readonly trackingNumber: string;
  readonly shipmentId: string;
  readonly status: string;
}

/** All parcels that the sandbox carrier knows of. */
export async function parcelsOf(cloud: Cloud): Promise<Parcel[]> {
  const { endpoints } = (await cloud.view('resources')) as { endpoints: Record<string, string> };
  const all: Parcel[] = [];
  for (;;) {
    const after = all.at(-1)?.trackingNumber ?? '';
    const { parcels } = (await json(`${endpoints['Carrier']}/v1/parcels?after=${after}`)) as { parcels: Parcel[] };
    if (parcels.length === 0) return all;
    all.push(...parcels);
  }
}

/** What the carrier says of a parcel, by what shipping says of the shipment. */
const AGREES: Readonly<Record<string, readonly (string | undefined)[]>> = {
  delivered: ['delivered'],
  returned: ['returned'],
  lost: ['lost'],
  cancelled: ['voided', undefined],
};

/**
 * What shipping and the carrier tell differently.
 * @param byHand shipments that an operator ended past the carrier
 */
export function carrierDisagrees(
  shipments: readonly Shipment[],
  parcels: readonly Parcel[],
  byHand: ReadonlySet<string>,
): string[] {
  const carried = new Map(parcels.map((parcel) => [parcel.shipmentId, parcel]));
  const known = new Set(shipments.map(({ shipmentId }) => shipmentId));
  const unknown = parcels.filter(({ shipmentId }) => !known.has(shipmentId));
  const wrong = shipments.filter(({ shipmentId, orderId, status }) => {
    if (byHand.has(orderId)) return false;
    return AGREES[status]?.includes(carried.get(shipmentId)?.status) !== true;
  });
  return [
    ...unknown.map(({ trackingNumber }) => `carrier: shipping knows nothing of the parcel ${trackingNumber}`),
    ...wrong.map(
      ({ orderId, shipmentId, status }) =>
        `order ${orderId}: its shipment ${shipmentId} is ${status}, the carrier says ${carried.get(shipmentId)?.status}`,
    ),
  ];
}
