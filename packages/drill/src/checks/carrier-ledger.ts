import { type Cloud, json } from '@dure/testing/cloud';

interface Parcel {
  readonly trackingNumber: string;
  readonly shipmentId: string;
}

/** All parcels that the sandbox carrier knows. */
export async function parcelsOf(cloud: Cloud): Promise<Parcel[]> {
  const carrier = await cloud.sandbox('carrier');
  const all: Parcel[] = [];
  while (carrier !== undefined) {
    const after = all.at(-1)?.trackingNumber ?? '';
    const { parcels } = (await json(`${carrier}/v1/parcels?after=${after}`)) as { parcels: Parcel[] };
    if (parcels.length === 0) break;
    all.push(...parcels);
  }
  return all;
}

/** Parcels in transit that shipping does not know. */
export function unknownParcels(parcels: readonly Parcel[], shipmentIds: readonly string[]): string[] {
  const known = new Set(shipmentIds);
  return parcels
    .filter(({ shipmentId }) => !known.has(shipmentId))
    .map(({ trackingNumber }) => `parcel ${trackingNumber}: shipping does not know it`);
}
