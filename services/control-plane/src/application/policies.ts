import type * as z from 'zod/mini';
import { publish as outgoing } from '@dure/contracts/binding/outbox';
import { MeshPolicyPublished } from '@dure/contracts/control-plane';
import { type PolicyFault, readPolicy } from '@dure/mesh/policy';
import type { Subject } from './publish.ts';

export const policyOf = (service: string): Subject => ({
  name: service,
  eventOf: ({ revision, json, why }) =>
    outgoing(MeshPolicyPublished, service, revision, {
      ...{ service, revision, why },
      policy: JSON.parse(json) as z.output<(typeof MeshPolicyPublished)['schema']>['policy'],
    }),
});

/** What is wrong with a policy, read as its callers read it. */
export function policyFaults(service: string, policy: unknown): readonly PolicyFault[] {
  const read = readPolicy({ ...(policy as object), service, revision: 0 });
  return 'faults' in read ? read.faults : [];
}
