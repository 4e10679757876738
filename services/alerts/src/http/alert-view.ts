import type { StoredAlert } from '../store.ts';

export const alertView = (alert: StoredAlert) => ({
  ...alert,
  told: [...alert.told],
  _links: { self: { href: `/v1/alerts/${alert.id}` } },
});
