import { http, reply } from '@dure/contracts/binding/http';
import { GetMeshPolicy } from '@dure/contracts/control-plane';
import { problem } from '@dure/contracts/problem';
import { policies } from '../composition.ts';
import { policyView } from './policy-view.ts';

export const getMeshPolicyHandler = http(GetMeshPolicy, {
  run: ({ params: { service } }) => policies.newest(service),
  answer: (newest, { params: { service } }) =>
    newest === undefined
      ? problem('policy-not-found')
      : reply(200, policyView(service, newest), { etag: newest.revision }),
});
