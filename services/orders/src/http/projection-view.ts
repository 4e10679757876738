import type { Projection } from '../domain/projection.ts';

export function projectionView({ generation, rebuild }: Projection) {
  const shown = rebuild && {
    rebuildId: rebuild.rebuildId,
    phase: rebuild.phase,
    orders: rebuild.orders,
    startedAt: rebuild.startedAt,
    finishedAt: rebuild.finishedAt,
  };
  return {
    projection: 'orders' as const,
    generation,
    rebuild: shown,
    _links: { self: { href: '/v1/projections/orders' }, rebuilds: { href: '/v1/projections/orders/rebuilds' } },
  };
}
