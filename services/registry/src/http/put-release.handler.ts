import { PutRelease } from '@dure/contracts/registry';
import { http } from '@dure/contracts/binding/http';
import { fieldError, invalidRequest } from '@dure/contracts/problem';
import { registerRelease } from '../application/register-release.ts';
import { releases } from '../composition.ts';
import { accepted, answer } from './release-view.ts';

export const putReleaseHandler = http(PutRelease, {
  run: async ({ params: { service, label }, body }, call) => {
    if (body.service !== service) throw invalidRequest([fieldError('body', ['service'], 'must be that of the path')]);
    return accepted(await registerRelease(releases, call, body, label));
  },
  answer,
});
