import { reply } from '@dure/contracts/binding/http';
import { fieldError, invalidRequest, problem } from '@dure/contracts/problem';
import type { Registration } from '../application/register-release.ts';
import type { StoredRelease } from '../domain/release.ts';
import { link, releasePath } from './reply.ts';

export const releaseView = (release: StoredRelease) => ({
  ...release,
  provides: [...release.provides],
  requires: [...release.requires],
  _links: {
    self: link(releasePath(release.service, release.label)),
    releases: link(`/v1/releases/${release.service}`),
  },
});

export const etagOf = ({ digest }: StoredRelease): string => digest.slice(0, 32);

/** Throws the field errors of a manifest, because no other answer has a place for them. */
export function accepted(registration: Registration) {
  if (!('faults' in registration)) return registration;
  throw invalidRequest(registration.faults.map(({ path, detail }) => fieldError('body', path, detail)));
}

export function answer(result: ReturnType<typeof accepted>) {
  if ('rejected' in result) return problem(result.rejected);
  const { release, created } = result;
  const headed = { etag: etagOf(release), headers: { location: releasePath(release.service, release.label) } };
  return created ? reply(201, releaseView(release), headed) : reply(200, releaseView(release), headed);
}
