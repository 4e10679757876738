import type { Call } from '@dure/contracts/binding/call';
import { retryOnConflict } from '@dure/contracts/binding/commit';
import {
  decideStock,
  evolveStock,
  initialStock,
  type Stock,
  type StockCommand,
  type StockRejection,
} from '../domain/stock.ts';
import type { Store } from '../store.ts';

/** Records a count or a receipt; returns the stock after it, or the reason for the rejection. */
export function adjustStock(
  store: Store,
  call: Call,
  sku: string,
  command: StockCommand,
): Promise<Stock | { rejected: StockRejection }> {
  return retryOnConflict(async () => {
    const stock = (await store.loadStock(sku)) ?? initialStock(sku);
    const decision = decideStock(command, stock);
    if (typeof decision === 'string') return { rejected: decision };
    const location = (command.type === 'count' ? command.location : undefined) ?? stock.location;
    await store.saveStock(call, { ...stock, location }, decision);
    return evolveStock({ ...stock, location }, decision, call.time);
  });
}
