import * as z from 'zod/mini';
import { Address, exampleAddress } from '../address.ts';
import { command } from '../contract.ts';
import { CustomerId, MAX_ORDER_LINES, Quantity, Sku, Uuid } from '../values.ts';
import { exampleLines, exampleOrderId, StockLocation } from './shipment.ts';

const LocatedLines = z
  .array(z.object({ sku: Sku, quantity: Quantity, location: z.optional(StockLocation) }))
  .check(z.minLength(1), z.maxLength(MAX_ORDER_LINES));

export const ShipOrder = command(
  'shipping',
  'ShipOrder',
  1,
  z.object({
    orderId: Uuid,
    recipient: Address,
    lines: LocatedLines,
    /** Who may see the shipments. Missing where an earlier version sends it. */
    customerId: z.optional(CustomerId),
  }),
  {
    senders: ['orders'],
    description:
      'Send an order, a parcel for each place where its goods are kept. Answered by OrderDispatched when all parcels have left, or by ShippingRefused; asked again, it is answered again.',
    example: {
      orderId: exampleOrderId,
      recipient: exampleAddress,
      lines: exampleLines.map((line) => ({ ...line, location: 'main' })),
      customerId: 'c-1001',
    },
  },
);

export const AwaitDelivery = command('shipping', 'AwaitDelivery', 1, z.object({ orderId: Uuid }), {
  senders: ['orders'],
  description:
    'Report when every parcel of an order has arrived, come back or is lost. Answered by ShippingSettled, at once if that is already so.',
  example: { orderId: exampleOrderId },
});

export const CancelShipping = command('shipping', 'CancelShipping', 1, z.object({ orderId: Uuid }), {
  senders: ['orders', 'reconciliation'],
  description:
    'Send nothing more of an order, and call back what is on its way. Answered by ShippingCancelled, also when there was nothing (a later ShipOrder for the order is refused), or by ShippingCancellationRefused when a parcel was delivered or is lost.',
  example: { orderId: exampleOrderId },
});
