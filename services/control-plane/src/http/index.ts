import { api } from '@dure/contracts/binding/api';
import { table } from '../composition.ts';
import { closeMeshBreakerHandler } from './close-mesh-breaker.handler.ts';
import { getConfigurationRevisionHandler } from './get-configuration-revision.handler.ts';
import { getConfigurationHandler } from './get-configuration.handler.ts';
import { getMeshPolicyRevisionHandler } from './get-mesh-policy-revision.handler.ts';
import { getMeshPolicyHandler } from './get-mesh-policy.handler.ts';
import { listConfigurationRevisionsHandler } from './list-configuration-revisions.handler.ts';
import { listConfigurationHandler } from './list-configuration.handler.ts';
import { listMeshBreakersHandler } from './list-mesh-breakers.handler.ts';
import { listMeshPoliciesHandler } from './list-mesh-policies.handler.ts';
import { listMeshPolicyRevisionsHandler } from './list-mesh-policy-revisions.handler.ts';
import { openMeshBreakerHandler } from './open-mesh-breaker.handler.ts';
import { publishConfigurationHandler } from './publish-configuration.handler.ts';
import { publishMeshPolicyHandler } from './publish-mesh-policy.handler.ts';
import { rollBackConfigurationHandler } from './roll-back-configuration.handler.ts';
import { rollBackMeshPolicyHandler } from './roll-back-mesh-policy.handler.ts';

export const handler = api({ table }, [
  closeMeshBreakerHandler,
  getConfigurationRevisionHandler,
  getConfigurationHandler,
  getMeshPolicyRevisionHandler,
  getMeshPolicyHandler,
  listConfigurationRevisionsHandler,
  listConfigurationHandler,
  listMeshBreakersHandler,
  listMeshPoliciesHandler,
  listMeshPolicyRevisionsHandler,
  openMeshBreakerHandler,
  publishConfigurationHandler,
  publishMeshPolicyHandler,
  rollBackConfigurationHandler,
  rollBackMeshPolicyHandler,
]);
