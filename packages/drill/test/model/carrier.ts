import {
  type Carrier,
  CarrierUnreachable,
  type ParcelStatus,
} from '../../../../services/shipping/src/application/carrier.ts';
import { Crash } from '../../../../services/payments/test/support/model-provider.ts';
import { type Luck, rarely } from './luck.ts';
import type { Timeline } from './timeline.ts';

export type ParcelEnd = 'delivered' | 'returned' | 'lost';

interface Parcel {
  readonly shipmentId: string;
  readonly lines: readonly { sku: string; quantity: number }[];
  readonly trackingNumber: string;
  status: ParcelStatus;
}

const HOUR_MS = 3_600_000;

/**
 * A correct carrier: one parcel per shipment, which ends. Reports its progress by `report`.
 * @param story how its parcels end, one after the other, and how long they are in transit
 */
export function modelCarrier(
  timeline: Timeline,
  luck: Luck,
  story: { readonly ends: readonly ParcelEnd[]; readonly travelHours: number },
  report: (trackingNumber: string, status: 'dispatched' | ParcelEnd) => void,
) {
  const { ends, travelHours } = story;
  const parcels: Parcel[] = [];

  function begin(request: Pick<Parcel, 'shipmentId' | 'lines'>): Parcel {
    const end = ends[parcels.length % ends.length] ?? 'delivered';
    const parcel: Parcel = { ...request, trackingNumber: `T${parcels.length}`, status: 'labelled' };
    parcels.push(parcel);
    const move = (from: ParcelStatus, status: 'dispatched' | ParcelEnd) => () => {
      if (parcel.status !== from) return;
      parcel.status = status;
      report(parcel.trackingNumber, status);
    };
    timeline.after(HOUR_MS, move('labelled', 'dispatched'));
    timeline.after((1 + travelHours) * HOUR_MS, move('dispatched', end));
    return parcel;
  }

  /** The request is lost, or its answer, or the caller dies before it receives it. */
  async function request<Answer>(work: () => Answer): Promise<Answer> {
    const fault = rarely(luck, 3, 12);
    if (fault === 1) throw new CarrierUnreachable('The request was lost.');
    const answer = work();
    if (fault === 2) throw new CarrierUnreachable('The answer was lost.');
    if (fault === 3) throw new Crash('carrier');
    return answer;
  }

  const byNumber = (trackingNumber: string): Parcel => {
    const found = parcels.find((parcel) => parcel.trackingNumber === trackingNumber);
    if (found === undefined) throw new Error(`There is no parcel ${trackingNumber}.`);
    return found;
  };
  const labelOf = ({ trackingNumber }: Parcel) => ({ carrier: 'model', trackingNumber });

  const carrier: Carrier = {
    label: ({ shipmentId, lines }) =>
      request(() => {
        const known = parcels.find((parcel) => parcel.shipmentId === shipmentId);
        return { type: 'labelled', label: labelOf(known ?? begin({ shipmentId, lines })) };
      }),
    findLabel: (shipmentId) =>
      request(() => {
        const found = parcels.find((parcel) => parcel.shipmentId === shipmentId);
        return found && labelOf(found);
      }),
    void: (trackingNumber) =>
      request(() => {
        const parcel = byNumber(trackingNumber);
        if (parcel.status === 'labelled') parcel.status = 'voided';
        return parcel.status === 'voided' ? 'voided' : 'too-late';
      }),
    recall: (trackingNumber) =>
      request(() => {
        const parcel = byNumber(trackingNumber);
        if (parcel.status === 'dispatched') parcel.status = 'returned';
        if (parcel.status === 'labelled' || parcel.status === 'voided') throw new CarrierUnreachable(parcel.status);
        return parcel.status as ParcelEnd;
      }),
    find: (trackingNumber) => request(() => byNumber(trackingNumber).status),
  };
  return { carrier, parcels };
}
