import { http, reply } from '@dure/contracts/binding/http';
import { PublishMeshPolicy } from '@dure/contracts/control-plane';
import { fieldError, invalidRequest, problem } from '@dure/contracts/problem';
import { policyFaults, policyOf } from '../application/policies.ts';
import { publish } from '../application/publish.ts';
import { policies } from '../composition.ts';
import { partsOf } from './pointer.ts';
import { policyView } from './policy-view.ts';
import { seen } from './reply.ts';

export const publishMeshPolicyHandler = http(PublishMeshPolicy, {
  run: async ({ params: { service }, body: { policy, why }, ifMatch }, call) => {
    const faults = policyFaults(service, policy);
    if (faults.length > 0) {
      throw invalidRequest(
        faults.map(({ pointer, detail }) => fieldError('body', ['policy', ...partsOf(pointer)], detail)),
      );
    }
    return seen(await publish(policies, call, policyOf(service), ifMatch, { content: policy, why }));
  },
  answer: (result, { params: { service } }) =>
    'rejected' in result
      ? problem('precondition-failed')
      : reply(200, policyView(service, result), { etag: result.revision }),
});
