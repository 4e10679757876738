import { randomUUID } from 'node:crypto';
import type { Call } from '@dure/contracts/binding/call';
import { retryOnConflict } from '@dure/contracts/binding/commit';
import { type Account, decided, type Decision, registered } from '../domain/account.ts';
import type { Language } from '../domain/account-mail.ts';
import type { MailRequest } from './mail-requests.ts';

export interface ManageParts {
  readonly accounts: {
    byId(id: string): Promise<Account | undefined>;
    byEmail(call: Call, email: string): Promise<Account | undefined>;
    /** @throws Conflict when the address has an account */
    invite(call: Call, account: Account, request: MailRequest): Promise<void>;
    /** Saves what an operator has decided. @throws Conflict when it was changed meanwhile */
    decide(call: Call, account: Account, request?: MailRequest): Promise<void>;
  };
}

export interface Invitation {
  readonly email: string;
  readonly roles: readonly string[];
  readonly language: Language;
}

/**
 * Makes an account for somebody, who is mailed a link. Somebody who has registered and not followed their link yet keeps that
 * account: whoever has the mailbox chooses its password, and nobody else.
 */
export function inviteAccount(
  { accounts }: ManageParts,
  call: Call,
  { email, roles, language }: Invitation,
): Promise<Account | 'exists'> {
  return retryOnConflict(async () => {
    const request = { id: randomUUID(), kind: 'invite', email: email.trim(), language } as const;
    const known = await accounts.byEmail(call, email);
    if (known?.verifiedAt !== undefined) return 'exists';
    if (known !== undefined) {
      // Also where the roles are the same: the link of the registration is worth nothing now.
      const { epoch, version } = known;
      const account = {
        ...known,
        // The operator knows whom they invite; whoever registered is not known yet.
        email: request.email,
        roles,
        disabled: false,
        invitedAt: call.time,
        epoch: epoch + 1,
        version: version + 1,
      };
      await accounts.decide(call, account, request);
      return account;
    }
    const prefix = roles.every((role) => role === 'customer') ? 'c' : 'u';
    const account = { ...registered(`${prefix}-${randomUUID()}`, email, roles), invitedAt: call.time };
    await accounts.invite(call, account, request);
    return account;
  });
}

/** Gives an account other roles, or disables it. Nobody decides about their own, so that somebody is always left who can. */
export function changeAccount(
  { accounts }: ManageParts,
  call: Call,
  id: string,
  decision: Decision,
  expectedVersion: string,
): Promise<Account | 'not-found' | 'own' | 'changed'> {
  return retryOnConflict(async () => {
    if (call.caller?.subject === id) return 'own';
    const account = await accounts.byId(id);
    if (account === undefined) return 'not-found';
    if (String(account.version) !== expectedVersion) return 'changed';
    const changed = decided(account, decision);
    if (changed !== account) await accounts.decide(call, changed);
    return changed;
  });
}
