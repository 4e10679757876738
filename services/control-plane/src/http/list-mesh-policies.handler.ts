import { http, reply } from '@dure/contracts/binding/http';
import { ListMeshPolicies } from '@dure/contracts/control-plane';
import { problem } from '@dure/contracts/problem';
import { policies } from '../composition.ts';
import type { Named } from '../store/revision-store.ts';
import { policyPath } from './policy-view.ts';
import { link, pageBody, publishedView } from './reply.ts';

const view = ({ name: service, ...revision }: Named) => ({
  ...{ service, ...publishedView(revision) },
  _links: { self: link(policyPath(service)) },
});

export const listMeshPoliciesHandler = http(ListMeshPolicies, {
  run: ({ query }) => policies.list(query),
  answer: (page, { query }) =>
    page === undefined ? problem('invalid-cursor') : reply(200, pageBody(page, view, '/v1/mesh/policies', query)),
});
