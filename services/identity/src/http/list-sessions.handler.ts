import { http, reply } from '@dure/contracts/binding/http';
import { ListSessions } from '@dure/contracts/identity';
import { sessionsOf } from '../application/own-sessions.ts';
import { sessions } from '../composition.ts';
import type { Session } from '../domain/session.ts';
import { subjectOf } from './subject.ts';

export const listSessionsHandler = http(ListSessions, {
  run: (_request, call) => sessionsOf(sessions, call, subjectOf(call)),
  answer: (found) => reply(200, { items: found.map(sessionView), _links: { self: { href: '/v1/sessions' } } }),
});

const sessionView = ({ id, grant, startedAt, replacedAt, origin }: Session) => ({
  ...{ id, clientId: grant.clientId, startedAt, usedAt: replacedAt ?? startedAt },
  ...(origin !== undefined && { network: origin.network }),
  ...(origin?.agent !== undefined && { agent: origin.agent }),
  _links: { self: { href: `/v1/sessions/${id}` } },
});
