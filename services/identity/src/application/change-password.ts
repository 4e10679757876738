import type { Call } from '@dure/contracts/binding/call';
import { retryOnConflict } from '@dure/contracts/binding/commit';
import { isOpen, withPassword } from '../domain/account.ts';
import { type TooOften, waitAfter } from '../domain/lock-out.ts';
import { type WeakPassword, weaknessOf } from '../domain/new-password.ts';
import { afterwards } from './afterwards.ts';
import type { PasswordParts } from './choose-password.ts';
import { digestOf, isPassword } from './password.ts';
import type { SignInParts } from './sign-in.ts';

export interface ChangeParts extends Pick<PasswordParts, 'accounts'> {
  readonly attempts: SignInParts['attempts'] & PasswordParts['attempts'];
}

export interface Change {
  readonly current: string;
  readonly next: string;
}

/** Whoever has a stolen token guesses no faster than who signs in. */
const SIGNED_IN = 'signed-in';

/** Gives an account another password, by the present one. All its sessions end. */
export function changePassword(
  { accounts, attempts }: ChangeParts,
  call: Call,
  accountId: string,
  { current, next }: Change,
): Promise<'changed' | 'no-account' | 'wrong' | TooOften | WeakPassword> {
  return retryOnConflict(async () => {
    const account = await accounts.byId(accountId);
    if (!isOpen(account)) return 'no-account';
    const { email } = account;
    const failures = await attempts.load(email, SIGNED_IN);
    const wait = waitAfter(failures, Date.parse(call.time));
    if (wait !== undefined) return wait;
    const weakness = weaknessOf(next, email);
    if (weakness !== undefined) return weakness;
    if (!(await attempts.count(call, email, SIGNED_IN, failures))) return { waitSeconds: 1 };
    if (!(await isPassword(current, account.password))) return 'wrong';
    await accounts.setPassword(call, withPassword(account, await digestOf(next)), 'changed');
    await afterwards(call, 'forgetting failed sign-ins', () => attempts.forgetAll(email));
    return 'changed';
  });
}
