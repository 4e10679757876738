import type { Delivery, RecordDelivery } from './types.ts';

export interface DeliveryQuery {
  readonly from?: string;
  readonly to?: string;
  readonly id?: string;
  readonly outcome?: string;
  readonly limit: number;
}

export interface RecentDeliveries {
  readonly record: RecordDelivery;
  /** The latest that match, oldest first. */
  search(query: DeliveryQuery): Delivery[];
}

const KEPT = 5_000;

/** Remembers the last deliveries in memory. */
export function createRecentDeliveries(): RecentDeliveries {
  const kept: Delivery[] = [];
  let next = 0;
  return {
    record(delivery) {
      kept[next % KEPT] = delivery;
      next += 1;
    },
    search({ from, to, id, outcome, limit }) {
      const ordered = next <= KEPT ? kept : [...kept.slice(next % KEPT), ...kept.slice(0, next % KEPT)];
      return ordered
        .filter(
          (delivery) =>
            (from === undefined || delivery.from.includes(from)) &&
            (to === undefined || delivery.to.includes(to)) &&
            (id === undefined || delivery.id === id) &&
            (outcome === undefined || delivery.outcome === outcome),
        )
        .slice(-limit);
    },
  };
}
