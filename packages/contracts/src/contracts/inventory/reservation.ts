import * as z from 'zod/mini';
import { StockLocation } from '../shipping/shipment.ts';
import { MAX_ORDER_LINES, Quantity, Sku, Uuid } from '../values.ts';

export const exampleOrderId = '01890a5d-ac96-774b-bcce-b302099a8057';
export const exampleLines = [{ sku: 'MUG-WHITE', quantity: 2 }];

/** A line with the location of its goods, if they have one. */
export const ReservedLine = z.object({ sku: Sku, quantity: Quantity, location: z.optional(StockLocation) });

const ReservedLines = z.array(ReservedLine).check(z.minLength(1), z.maxLength(MAX_ORDER_LINES));

export const reservationFields = { orderId: Uuid, lines: ReservedLines };

/** A line for which there was not enough: an unknown product has none available. */
export const Shortage = z.object({ sku: Sku, requested: Quantity, available: z.int().check(z.gte(0)) });
