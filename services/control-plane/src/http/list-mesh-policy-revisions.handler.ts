import { http, reply } from '@dure/contracts/binding/http';
import { ListMeshPolicyRevisions } from '@dure/contracts/control-plane';
import { problem } from '@dure/contracts/problem';
import { policies } from '../composition.ts';
import { policyPath } from './policy-view.ts';
import { pageBody, summaryView } from './reply.ts';

export const listMeshPolicyRevisionsHandler = http(ListMeshPolicyRevisions, {
  run: async ({ params: { service }, query }) => {
    const page = await policies.revisions(service, query);
    if (page === undefined) return 'invalid-cursor';
    return page.items.length === 0 && query.cursor === undefined ? 'policy-not-found' : page;
  },
  answer: (page, { params: { service }, query }) => {
    if (typeof page === 'string') return problem(page);
    const path = policyPath(service);
    return reply(200, pageBody(page, summaryView(path), `${path}/revisions`, query));
  },
});
