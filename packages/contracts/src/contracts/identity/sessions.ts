import * as z from 'zod/mini';
import { event } from '../contract.ts';
import { Uuid } from '../values.ts';

/** Nothing that says who a person is, besides the id that the system knows them by. */
const session = { sessionId: Uuid, subject: z.string(), clientId: z.string() };
const example = { sessionId: '01890a5d-ac96-774b-bcce-b302099a8057', subject: 'c-1001', clientId: 'storefront' };

export const SignedIn = event('identity', 'SignedIn', 1, z.object(session), {
  description: 'A person signed in with a client, which may act for them until the session ends.',
  example,
});

export const SignInRefused = event(
  'identity',
  'SignInRefused',
  1,
  z.object({
    reason: z.enum(['wrong']),
    /** Of the account, where the address has one. */
    accountId: z.optional(z.string()),
    /** The network that it came from, without the part that is one connection's. */
    network: z.optional(z.string()),
  }),
  {
    description: 'Somebody gave an e-mail address and a password that do not belong together.',
    example: { reason: 'wrong', accountId: 'c-1001', network: '192.0.2.0/24' },
  },
);

export const SessionEnded = event(
  'identity',
  'SessionEnded',
  1,
  z.object({ ...session, reason: z.enum(['revoked', 'token-reused', 'code-replayed']) }),
  {
    description: 'A session ended: it was revoked, or a code or refresh token came again, which looks like theft.',
    example: { ...example, reason: 'token-reused' },
  },
);

export const RequestRefused = event(
  'identity',
  'RequestRefused',
  1,
  z.object({
    reason: z.enum(['forged-form', 'unknown-redirect', 'unknown-client', 'too-often']),
    /** The network that it came from, without the part that is one connection's. */
    network: z.string(),
  }),
  {
    description:
      'A request of a person was refused: its form came from another site, it asked to send a code where its client has no address, or there were too many. Told once a minute for each network and reason, however many there are.',
    example: { reason: 'unknown-redirect', network: '192.0.2.0/24' },
  },
);
