import { api } from '@dure/contracts/binding/api';
import { table } from '../composition.ts';
import { canDeployHandler } from './can-deploy.handler.ts';
import { getDriftHandler } from './get-drift.handler.ts';
import { putReleaseHandler } from './put-release.handler.ts';
import { registerReleaseHandler } from './register-release.handler.ts';
import { recordOverrideHandler } from './record-override.handler.ts';
import { getOverrideHandler } from './get-override.handler.ts';
import { listOverridesHandler } from './list-overrides.handler.ts';
import { endOverrideHandler } from './end-override.handler.ts';
import { reportTestFailureHandler } from './report-test-failure.handler.ts';

/** A function of its own: reading and comparing schemas would make the other endpoints' bundle heavier. */
export const handler = api({ table }, [
  registerReleaseHandler,
  putReleaseHandler,
  canDeployHandler,
  recordOverrideHandler,
  getOverrideHandler,
  listOverridesHandler,
  endOverrideHandler,
  reportTestFailureHandler,
  getDriftHandler,
]);
