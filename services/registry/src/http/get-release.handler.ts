import { GetRelease } from '@dure/contracts/registry';
import { http, reply } from '@dure/contracts/binding/http';
import { problem } from '@dure/contracts/problem';
import { releases } from '../composition.ts';
import { etagOf, releaseView } from './release-view.ts';

export const getReleaseHandler = http(GetRelease, {
  run: ({ params: { service, label } }) => releases.load(service, label),
  answer: (release) =>
    release === undefined ? problem('release-not-found') : reply(200, releaseView(release), { etag: etagOf(release) }),
});
