import { http, reply } from '@dure/contracts/binding/http';
import { ChangeAccount } from '@dure/contracts/identity';
import { problem } from '@dure/contracts/problem';
import { changeAccount } from '../application/manage-accounts.ts';
import { accounts } from '../composition.ts';
import { accountView } from './account-view.ts';

const REFUSALS = {
  own: 'own-account',
  changed: 'precondition-failed',
  'not-found': 'account-not-found',
} as const;

export const changeAccountHandler = http(ChangeAccount, {
  run: ({ params, body, ifMatch }, call) => changeAccount({ accounts }, call, params.accountId, body, ifMatch),
  answer: (result) => {
    if (typeof result === 'object') return reply(200, accountView(result), { etag: result.version });
    return problem(REFUSALS[result]);
  },
});
