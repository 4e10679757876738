import { ListEndpoints } from '@dure/contracts/registry';
import { http } from '@dure/contracts/binding/http';
import { problem } from '@dure/contracts/problem';
import { stages } from '../composition.ts';
import { link, paged } from './reply.ts';

export const listEndpointsHandler = http(ListEndpoints, {
  run: ({ params: { stage }, query }) => stages.listEndpoints(stage, query.service, query),
  answer: (page, { params: { stage }, query }) =>
    page === undefined
      ? problem('invalid-cursor')
      : paged(
          page,
          ({ service, region, url, since }) => ({
            ...{ service, region, url, since },
            _links: { stage: link(`/v1/stages/${stage}`) },
          }),
          `/v1/stages/${stage}/endpoints`,
          query,
        ),
});
