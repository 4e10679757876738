import { available, type Stock } from '../domain/stock.ts';

export const stockView = (stock: Stock) => ({
  sku: stock.sku,
  location: stock.location,
  onHand: stock.onHand,
  reserved: stock.reserved,
  available: available(stock),
  shortage: stock.shortage > 0 ? stock.shortage : undefined,
  updatedAt: stock.updatedAt,
  _links: { self: { href: `/v1/stock/${encodeURIComponent(stock.sku)}` } },
});
