import { api } from '@dure/contracts/binding/api';
import { table } from '../composition.ts';
import { changeAccountHandler } from './change-account.handler.ts';
import { changePasswordHandler } from './change-password.handler.ts';
import { endSessionHandler } from './end-session.handler.ts';
import { endSessionsHandler } from './end-sessions.handler.ts';
import { getAccountHandler } from './get-account.handler.ts';
import { inviteAccountHandler } from './invite-account.handler.ts';
import { issueGuestTokenHandler } from './issue-guest-token.handler.ts';
import { listSessionsHandler } from './list-sessions.handler.ts';
import { listStaffHandler } from './list-staff.handler.ts';

export const handler = api({ table }, [
  issueGuestTokenHandler,
  listSessionsHandler,
  endSessionHandler,
  endSessionsHandler,
  changePasswordHandler,
  inviteAccountHandler,
  listStaffHandler,
  getAccountHandler,
  changeAccountHandler,
]);
