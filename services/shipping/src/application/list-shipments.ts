import { decodeCursor, encodeCursor } from '@dure/contracts/binding/cursor';
import * as z from 'zod/mini';
import type { Status } from '../domain/shipping.ts';
import type { Store, StoredShipment } from '../store.ts';

interface ShipmentQuery {
  readonly orderId?: string;
  readonly status?: Status;
  readonly cursor?: string;
  readonly limit: number;
}

export type Listed =
  /** `customerId`: whose shipments they are, where they are of one order. */
  | { readonly shipments: StoredShipment[]; readonly next?: string; readonly customerId?: string }
  | { readonly rejected: 'invalid-cursor' };

/** All shipments of an order, or a page of those with a status. */
export async function listShipments(store: Store, { orderId, status, cursor, limit }: ShipmentQuery): Promise<Listed> {
  const list = orderId === undefined ? `status=${status}` : `orderId=${orderId}`;
  const place = cursor === undefined ? undefined : placeOf(cursor, list);
  if (place === null) return { rejected: 'invalid-cursor' };
  if (status !== undefined) {
    const { shipments, end } = await store.listByStatus(status, { after: place, limit });
    return { shipments, next: end && encodeCursor({ list, after: end }) };
  }
  const { shipping, version } = await store.load((orderId ?? '').toLowerCase());
  const from = Number(place ?? 0);
  const shipments = shipping.shipments.slice(from, from + limit).map((shipment) => ({
    orderId: (orderId ?? '').toLowerCase(),
    shipment,
    version,
  }));
  const more = from + limit < shipping.shipments.length;
  return {
    shipments,
    customerId: shipping.customerId,
    next: more ? encodeCursor({ list, after: String(from + limit) }) : undefined,
  };
}

const Cursor = z.strictObject({ list: z.string(), after: z.string().check(z.maxLength(100)) });

/** Null when the cursor belongs to another list. */
function placeOf(cursor: string, list: string): string | null {
  const place = decodeCursor(Cursor, cursor);
  return place?.list === list ? place.after : null;
}
