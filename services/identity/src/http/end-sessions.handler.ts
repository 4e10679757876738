import { http, reply } from '@dure/contracts/binding/http';
import { EndSessions } from '@dure/contracts/identity';
import { endOthers } from '../application/own-sessions.ts';
import { sessions } from '../composition.ts';
import { subjectOf } from './subject.ts';

export const endSessionsHandler = http(EndSessions, {
  run: ({ query }, call) => endOthers(sessions, call, subjectOf(call), query.except?.toLowerCase()),
  answer: () => reply(204, undefined),
});
