import { RegisterRelease } from '@dure/contracts/registry';
import { http } from '@dure/contracts/binding/http';
import { registerRelease } from '../application/register-release.ts';
import { releases } from '../composition.ts';
import { accepted, answer } from './release-view.ts';

export const registerReleaseHandler = http(RegisterRelease, {
  run: async ({ body }, call) => accepted(await registerRelease(releases, call, body)),
  answer,
  recall: async (_, { body: { service, digest } }) => {
    const label = await releases.labelOfDigest(service, digest);
    const release = label === undefined ? undefined : await releases.load(service, label);
    return release && { release, created: true };
  },
});
