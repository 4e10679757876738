import { http, reply } from '@dure/contracts/binding/http';
import { ChangePassword } from '@dure/contracts/identity';
import { problem } from '@dure/contracts/problem';
import { changePassword } from '../application/change-password.ts';
import { changeParts } from '../composition.ts';
import { MAX_PASSWORD, MIN_PASSWORD } from '../domain/new-password.ts';
import { subjectOf } from './subject.ts';

const WHY = {
  short: `It has to have at least ${MIN_PASSWORD} characters.`,
  long: `It may have at most ${MAX_PASSWORD} characters.`,
  guessable: 'It is easy to guess.',
};

export const changePasswordHandler = http(ChangePassword, {
  run: ({ body }, call) =>
    changePassword(changeParts, call, subjectOf(call), { current: body.currentPassword, next: body.newPassword }),
  answer: (result) => {
    if (result === 'changed') return reply(204, undefined);
    if (result === 'no-account') return problem('no-password');
    if (result === 'wrong') return problem('current-password-wrong');
    if (typeof result === 'object') return problem('too-many-attempts', undefined, result.waitSeconds);
    return problem('password-too-weak', WHY[result]);
  },
});
