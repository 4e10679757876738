import { http, reply } from '@dure/contracts/binding/http';
import { InviteAccount } from '@dure/contracts/identity';
import { problem } from '@dure/contracts/problem';
import { inviteAccount } from '../application/manage-accounts.ts';
import { accounts } from '../composition.ts';
import { accountView, hrefOf } from './account-view.ts';

export const inviteAccountHandler = http(InviteAccount, {
  run: ({ body }, call) => inviteAccount({ accounts }, call, body),
  answer: (account) =>
    account === 'exists'
      ? problem('account-exists')
      : reply(201, accountView(account), { headers: { location: hrefOf(account.id) } }),
});
