import * as z from 'zod/mini';
import { endpoint } from '../contract.ts';
import { secret } from '../marks.ts';
import { Instant, Links, page, Uuid } from '../values.ts';

const SessionView = z.strictObject({
  id: Uuid,
  /** The application that was signed in to. */
  clientId: z.string(),
  startedAt: Instant,
  /** When it last asked for a token: every ten minutes while it is used. */
  usedAt: Instant,
  /** The network that the person signed in from, without the part that is one connection's: `192.0.2.0/24`. */
  network: z.optional(z.string()),
  /** What the browser calls itself, shortened. */
  agent: z.optional(z.string()),
  _links: Links,
});

const sessionId = '01890a5d-ac96-774b-bcce-b302099a8057';

export const ListSessions = endpoint('identity', {
  name: 'ListSessions',
  method: 'GET',
  path: '/sessions',
  version: 1,
  access: { own: 'account:read', by: 'subject' },
  summary: 'Lists where you are signed in, the latest first, a hundred at most',
  responses: {
    200: {
      description: 'The sessions; the `sid` of your access token is the one of the caller',
      body: page(SessionView),
    },
  },
  example: {
    response: {
      items: [
        {
          id: sessionId,
          clientId: 'storefront',
          startedAt: '2026-01-05T09:30:00.000Z',
          usedAt: '2026-01-05T11:10:00.000Z',
          network: '192.0.2.0/24',
          agent: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0',
          _links: { self: { href: `/v1/sessions/${sessionId}` } },
        },
      ],
      _links: { self: { href: '/v1/sessions' } },
    },
  },
});

export const EndSession = endpoint('identity', {
  name: 'EndSession',
  method: 'DELETE',
  path: '/sessions/{sessionId}',
  version: 1,
  access: { own: 'account:write', by: 'subject' },
  summary: 'Signs you out in one place',
  params: z.strictObject({ sessionId: Uuid }),
  responses: { 204: { description: 'Its refresh token is good no more; an access token is, for ten minutes at most' } },
  problems: { 'session-not-found': { status: 404, title: 'You have no such session' } },
  example: { params: { sessionId } },
});

export const EndSessions = endpoint('identity', {
  name: 'EndSessions',
  method: 'DELETE',
  path: '/sessions',
  version: 1,
  access: { own: 'account:write', by: 'subject' },
  summary: 'Signs you out everywhere, or everywhere else',
  query: z.strictObject({
    /** The session that stays, such as the `sid` of the access token. */
    except: z.optional(Uuid),
  }),
  responses: { 204: { description: 'The others have ended' } },
  example: { query: { except: sessionId } },
});

/** Longer than any that is taken: what is too long is told apart from what is no password. */
const Password = secret(z.string().check(z.minLength(1), z.maxLength(1024)));

export const ChangePassword = endpoint('identity', {
  name: 'ChangePassword',
  method: 'PUT',
  path: '/password',
  version: 1,
  access: { own: 'account:write', by: 'subject' },
  summary: 'Gives your account another password, which signs you out everywhere',
  body: z.strictObject({ currentPassword: Password, newPassword: Password }),
  responses: { 204: { description: 'The password is changed; sign in again' } },
  problems: {
    'no-password': { status: 404, title: 'The token belongs to nobody who signs in with a password' },
    'current-password-wrong': { status: 422, title: 'That is not the present password' },
    'password-too-weak': { status: 422, title: 'The new password is too short, too long or easy to guess' },
    'too-many-attempts': { status: 429, title: 'The present password was wrong too often', retryAfterSeconds: 60 },
  },
  example: { body: { currentPassword: 'correct horse battery', newPassword: 'another good password' } },
});
