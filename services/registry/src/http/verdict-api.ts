import { api } from '@dure/contracts/binding/api';
import { table } from '../composition.ts';
import { canDeployHandler } from './can-deploy.handler.ts';
import { recordOverrideHandler } from './record-override.handler.ts';
import { getOverrideHandler } from './get-override.handler.ts';
import { listOverridesHandler } from './list-overrides.handler.ts';
import { endOverrideHandler } from './end-override.handler.ts';

/** A function of its own: the comparison of schemas would make the other endpoints' bundle heavier. */
export const handler = api({ table }, [
  canDeployHandler,
  recordOverrideHandler,
  getOverrideHandler,
  listOverridesHandler,
  endOverrideHandler,
]);
