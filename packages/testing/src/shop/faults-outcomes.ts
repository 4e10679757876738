import type { Cloud } from '../cloud.ts';
import { isEvent, nameOf, recorded, type RecordedEvent } from '../journal.ts';
import { chargesOf } from './sandbox-provider.ts';
import { paymentOf, readOrder, reservationOf, shipmentsOf } from './shop.ts';

/**
 * The whole outcome of an order, seen from outside, without what differs between runs: ids, times, and the order among events
 * of different services.
 */
export async function outcomeOf(cloud: Cloud, orderId: string) {
  const [order, reservation, payment, shipments, charges, journal] = await Promise.all([
    readOrder(cloud, orderId),
    reservationOf(cloud, orderId),
    paymentOf(cloud, orderId),
    shipmentsOf(cloud, orderId),
    chargesOf(cloud, orderId),
    recorded(cloud, { subject: orderId }),
  ]);
  const { status, reason, cancellationRequested, total } = order;
  return {
    order: { status, reason, cancellationRequested, total },
    reservation: reservation?.status,
    payment: payment && {
      status: payment.status,
      captured: payment.captured,
      refunded: payment.refunded,
    },
    shipments: shipments.map(({ location, status, lines }) => [
      location,
      status,
      ...lines.map(({ quantity }) => quantity),
    ]),
    charges: charges.map(({ order_id: _, ...charge }) => charge),
    events: [...new Set(journal.filter(isEvent).map(eventOf))].sort(),
    commands: journal
      .filter((message) => !isEvent(message))
      .map(nameOf)
      .sort(),
  };
}

/** Shipping reports an order's end when it happens, and again to a later request: which comes first is a matter of time. */
const eventOf = (event: RecordedEvent): string =>
  `${event.source} ${event.source === 'dure.shipping' ? '' : event.sequence} ${nameOf(event)}`;
