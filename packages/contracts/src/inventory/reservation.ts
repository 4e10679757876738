import * as z from 'zod/mini';
import { OrderLines, Quantity, Sku, Uuid } from '../values.ts';

export const exampleOrderId = '01890a5d-ac96-774b-bcce-b302099a8057';
export const exampleLines = [{ sku: 'MUG-WHITE', quantity: 2 }];

export const reservationFields = { orderId: Uuid, lines: OrderLines };

/** A line for which there was not enough: an unknown product has none available. */
export const Shortage = z.object({ sku: Sku, requested: Quantity, available: z.int().check(z.gte(0)) });
