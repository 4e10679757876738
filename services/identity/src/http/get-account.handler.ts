import { http, reply } from '@dure/contracts/binding/http';
import { GetAccount } from '@dure/contracts/identity';
import { problem } from '@dure/contracts/problem';
import { accounts } from '../composition.ts';
import { accountView } from './account-view.ts';

export const getAccountHandler = http(GetAccount, {
  run: ({ params }) => accounts.byId(params.accountId),
  answer: (account) =>
    account === undefined ? problem('account-not-found') : reply(200, accountView(account), { etag: account.version }),
});
