import type { Label, Line, RefusalReason } from './shipping.ts';

interface OfShipment {
  readonly shipmentId: string;
}

type Parcel = OfShipment & Pick<Label, 'carrier' | 'trackingNumber'>;
type Moved = Parcel & { readonly lines: readonly Line[] };

/** Published events; `data` is the contract's without the order id. `to` is the return address of whoever asked, if any. */
export type ShippingEvent =
  | { readonly type: 'ShipmentCreated'; readonly data: OfShipment & { location: string; lines: readonly Line[] } }
  | {
      readonly type:
        'ShipmentLabelled' | 'ShipmentDispatched' | 'ShipmentDelivered' | 'ShipmentReturned' | 'ShipmentLost';
      readonly data: Moved;
    }
  | { readonly type: 'ShipmentCancelled' | 'ShipmentRecallRequested'; readonly data: OfShipment }
  | { readonly type: 'OrderDispatched'; readonly data: { readonly parcels: readonly Parcel[] }; readonly to?: string }
  | { readonly type: 'ShippingRefused'; readonly data: { readonly reason: RefusalReason }; readonly to?: string }
  | { readonly type: 'ShippingCancelled'; readonly data: { readonly recalled: boolean }; readonly to?: string }
  | {
      readonly type: 'ShippingCancellationRefused';
      readonly data: { readonly reason: 'delivered' | 'lost' };
      readonly to?: string;
    }
  | {
      readonly type: 'ShippingSettled';
      readonly data: {
        readonly delivered: readonly Line[];
        readonly returned: readonly Line[];
        readonly lost: readonly Line[];
      };
      readonly to?: string;
    };
