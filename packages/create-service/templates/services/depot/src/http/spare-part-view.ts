import type { SparePart } from '../domain/spare-part.ts';

export const sparePartView = ({ version: _, ...shown }: SparePart) => ({
  ...shown,
  _links: { self: { href: `/v1/spare-parts/${encodeURIComponent(shown.sparePartId)}` } },
});
