import type { StoredDrift } from '../store.ts';

export const driftView = ({ orderId, drift, status, resolvedAt }: StoredDrift) => ({
  ...drift,
  orderId,
  status,
  needsPerson: status === 'open' && drift.needsPerson,
  resolvedAt,
  _links: { self: { href: `/v1/drifts/${drift.driftId}` } },
});
