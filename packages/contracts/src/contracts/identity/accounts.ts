import * as z from 'zod/mini';
import { command, event } from '../contract.ts';
import { Uuid } from '../values.ts';

/** The id that the system knows a person by, and never their e-mail address. */
const account = { accountId: z.string() };
const accountId = 'c-01890a5d-ac96-774b-bcce-b302099a8057';

export const AccountRegistered = event(
  'identity',
  'AccountRegistered',
  1,
  z.object({ ...account, roles: z.array(z.string()), by: z.enum(['person', 'operator']) }),
  {
    description:
      'Somebody asked for an account, or an operator made one. Nobody can sign in to it before its person has followed the link in a mail; one that a person asked for is forgotten after a day without that.',
    example: { accountId, roles: ['customer'], by: 'person' },
  },
);

export const PasswordChanged = event(
  'identity',
  'PasswordChanged',
  1,
  z.object({ ...account, reason: z.enum(['first', 'reset', 'changed']) }),
  {
    description:
      'A person chose a password: the first one, by which the e-mail address counts as theirs; another one by a link in a mail; or another one while signed in. Every session from before has ended.',
    example: { accountId, reason: 'reset' },
  },
);

export const SendAccountMail = command('identity', 'SendAccountMail', 1, z.object({ requestId: Uuid }), {
  senders: ['identity'],
  description:
    'Mail a person about their account. The request says whom and about what; it stays in the service, and the link in the mail is made when it is sent.',
  example: { requestId: '01890a5d-b2c3-7b41-9c5d-1e2f3a4b5c6d' },
});
