import { api } from '@dure/contracts/binding/api';
import { table } from '../composition.ts';
import { getDeploymentHandler } from './get-deployment.handler.ts';
import { getStageHandler } from './get-stage.handler.ts';
import { listEndpointsHandler } from './list-endpoints.handler.ts';
import { recordDeploymentHandler } from './record-deployment.handler.ts';
import { recordUsesHandler } from './record-uses.handler.ts';
import { listChangesHandler } from './list-changes.handler.ts';

export const handler = api({ table }, [
  recordDeploymentHandler,
  getDeploymentHandler,
  getStageHandler,
  listEndpointsHandler,
  recordUsesHandler,
  listChangesHandler,
]);
