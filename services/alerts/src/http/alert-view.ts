import type { StoredAlert } from '../store.ts';

export const alertView = (alert: StoredAlert) => ({
  ...alert,
  deliveries: [...alert.deliveries],
  _links: { self: { href: `/v1/alerts/${alert.id}` } },
});
