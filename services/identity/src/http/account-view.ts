import type { Account } from '../domain/account.ts';

export const hrefOf = (id: string): string => `/v1/accounts/${id}`;

export const accountView = ({ id, email, roles, disabled = false, verifiedAt }: Account) => ({
  ...{ id, email, roles: [...roles], disabled },
  ...(verifiedAt !== undefined && { verifiedAt }),
  _links: { self: { href: hrefOf(id) } },
});
