import { http, reply } from '@dure/contracts/binding/http';
import { GetMeshPolicyRevision } from '@dure/contracts/control-plane';
import { problem } from '@dure/contracts/problem';
import { policies } from '../composition.ts';
import { policyPath, policyView } from './policy-view.ts';
import { link } from './reply.ts';

export const getMeshPolicyRevisionHandler = http(GetMeshPolicyRevision, {
  run: ({ params: { service, revision } }) => policies.load(service, revision),
  answer: (found, { params: { service, revision } }) => {
    if (found === undefined) return problem('policy-revision-not-found');
    const path = policyPath(service);
    const _links = { self: link(`${path}/revisions/${revision}`), policy: link(path) };
    return reply(200, { ...policyView(service, found), _links }, { etag: revision });
  },
});
