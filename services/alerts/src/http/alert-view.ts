import type { StoredAlert } from '../store.ts';

export const alertView = ({ owner, ...alert }: StoredAlert) => ({
  ...alert,
  ...(owner && { owner: owner.name }),
  deliveries: [...alert.deliveries],
  _links: { self: { href: `/v1/alerts/${alert.id}` } },
});
