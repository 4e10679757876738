import type { StoredShipment } from '../store.ts';

export function shipmentView({ orderId, shipment }: StoredShipment) {
  const { shipmentId, status, location, lines, carrier, trackingNumber, trackingUrl, history, updatedAt } = shipment;
  const href = `/v1/shipments/${shipmentId}`;
  return {
    shipmentId,
    orderId,
    status,
    location,
    lines: [...lines],
    carrier,
    trackingNumber,
    trackingUrl,
    history: [...history],
    updatedAt,
    _links: {
      self: { href },
      siblings: { href: `/v1/shipments?orderId=${orderId}` },
      ...(status === 'labelled' && { dispatch: { href: `${href}/dispatch` } }),
      ...(status === 'dispatched' && { outcome: { href: `${href}/outcome` } }),
    },
  };
}
