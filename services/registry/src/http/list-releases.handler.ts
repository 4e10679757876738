import { ListReleases } from '@dure/contracts/registry';
import { http } from '@dure/contracts/binding/http';
import { problem } from '@dure/contracts/problem';
import { releases } from '../composition.ts';
import { link, paged, releasePath } from './reply.ts';

export const listReleasesHandler = http(ListReleases, {
  run: ({ params: { service }, query }) => releases.list(service, query),
  answer: (page, { params: { service }, query }) =>
    page === undefined
      ? problem('invalid-cursor')
      : paged(
          page,
          ({ service: name, label, owner, commit, digest, urgent, registeredAt }) => ({
            ...{ service: name, label, owner, commit, digest, registeredAt },
            ...(urgent !== undefined && { urgent }),
            _links: { self: link(releasePath(name, label)) },
          }),
          `/v1/releases/${service}`,
          query,
        ),
});
