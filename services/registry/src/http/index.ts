import { api } from '@dure/contracts/binding/api';
import { table } from '../composition.ts';
import { acknowledgeDeprecationHandler } from './acknowledge-deprecation.handler.ts';
import { canDeployHandler } from './can-deploy.handler.ts';
import { deprecateContractHandler } from './deprecate-contract.handler.ts';
import { endOverrideHandler } from './end-override.handler.ts';
import { getContractHandler } from './get-contract.handler.ts';
import { getDeploymentHandler } from './get-deployment.handler.ts';
import { getDriftHandler } from './get-drift.handler.ts';
import { getOverrideHandler } from './get-override.handler.ts';
import { getReleaseHandler } from './get-release.handler.ts';
import { getSchemaHandler } from './get-schema.handler.ts';
import { getStageHandler } from './get-stage.handler.ts';
import { listChangesHandler } from './list-changes.handler.ts';
import { listConsumersHandler } from './list-consumers.handler.ts';
import { listContractsHandler } from './list-contracts.handler.ts';
import { listEndpointsHandler } from './list-endpoints.handler.ts';
import { listOverridesHandler } from './list-overrides.handler.ts';
import { listReleasesHandler } from './list-releases.handler.ts';
import { putReleaseHandler } from './put-release.handler.ts';
import { recordDeploymentHandler } from './record-deployment.handler.ts';
import { recordOverrideHandler } from './record-override.handler.ts';
import { recordUsesHandler } from './record-uses.handler.ts';
import { registerReleaseHandler } from './register-release.handler.ts';

export const handler = api({ table }, [
  registerReleaseHandler,
  putReleaseHandler,
  getReleaseHandler,
  listReleasesHandler,
  getSchemaHandler,
  canDeployHandler,
  recordDeploymentHandler,
  getDeploymentHandler,
  getStageHandler,
  listEndpointsHandler,
  getDriftHandler,
  recordUsesHandler,
  listContractsHandler,
  getContractHandler,
  listConsumersHandler,
  deprecateContractHandler,
  acknowledgeDeprecationHandler,
  recordOverrideHandler,
  getOverrideHandler,
  listOverridesHandler,
  endOverrideHandler,
  listChangesHandler,
]);
