import { http, reply } from '@dure/contracts/binding/http';
import { RollBackMeshPolicy } from '@dure/contracts/control-plane';
import { problem } from '@dure/contracts/problem';
import { policyFaults, policyOf } from '../application/policies.ts';
import { rollBack } from '../application/publish.ts';
import { policies } from '../composition.ts';
import { policyPath, policyView } from './policy-view.ts';
import { seen } from './reply.ts';

export const rollBackMeshPolicyHandler = http(RollBackMeshPolicy, {
  run: async ({ params: { service }, body, ifMatch }, call) => {
    const isValid = (policy: unknown) => policyFaults(service, policy).length === 0;
    return seen(await rollBack(policies, call, policyOf(service), ifMatch, { ...body, isValid }));
  },
  answer: (result, { params: { service } }) => {
    if ('rejected' in result) {
      return problem(result.rejected === 'never-published' ? 'policy-not-found' : result.rejected);
    }
    const { revision } = result;
    const location = `${policyPath(service)}/revisions/${revision}`;
    return reply(201, policyView(service, result), { etag: revision, headers: { location } });
  },
});
