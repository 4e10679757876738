import type { Account } from '../domain/account.ts';
import { DEMO_CUSTOMER } from '../domain/client.ts';
import { digestOf } from './password.ts';
import type { SignInParts } from './sign-in.ts';

interface Store {
  readonly byEmail: SignInParts['accounts']['byEmail'];
  add(account: Pick<Account, 'id' | 'email' | 'roles'> & { readonly password: string }): Promise<void>;
}

/** By the part of the address before `@dure.example`. */
const DEMO: Readonly<Record<string, string>> = {
  customer: DEMO_CUSTOMER,
  operator: 'u-5b3f6c0e-8a51-4d0c-9a3e-0d6c1c6f7a01',
  merchandiser: 'u-5b3f6c0e-8a51-4d0c-9a3e-0d6c1c6f7a02',
  auditor: 'u-5b3f6c0e-8a51-4d0c-9a3e-0d6c1c6f7a03',
};

/**
 * The accounts that a laptop has from its start, each made when it first signs in. Its password is the secret of the client of
 * the same name, which is made at random for each laptop.
 */
export const demoAccounts = (
  store: Store,
  secretOf: (client: string) => Promise<string | undefined>,
): SignInParts['accounts'] => ({
  async byEmail(call, email) {
    const known = await store.byEmail(call, email);
    const role = /^([a-z]+)@dure\.example$/.exec(email.trim().toLowerCase())?.[1] ?? '';
    if (known !== undefined || !Object.hasOwn(DEMO, role)) return known;
    const secret = await secretOf(role);
    if (secret === undefined) return undefined;
    await store.add({ id: DEMO[role]!, email, password: await digestOf(secret), roles: [role] });
    return store.byEmail(call, email);
  },
});
