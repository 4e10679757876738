import { http, reply } from '@dure/contracts/binding/http';
import { EndSession } from '@dure/contracts/identity';
import { problem } from '@dure/contracts/problem';
import { endOwn } from '../application/own-sessions.ts';
import { sessions } from '../composition.ts';
import { subjectOf } from './subject.ts';

export const endSessionHandler = http(EndSession, {
  run: ({ params }, call) => endOwn(sessions, call, subjectOf(call), params.sessionId.toLowerCase()),
  answer: (ended) => (ended ? reply(204, undefined) : problem('session-not-found')),
});
