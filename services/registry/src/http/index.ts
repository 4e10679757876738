import { api } from '@dure/contracts/binding/api';
import { table } from '../composition.ts';
import { acknowledgeDeprecationHandler } from './acknowledge-deprecation.handler.ts';
import { deprecateContractHandler } from './deprecate-contract.handler.ts';
import { getContractHandler } from './get-contract.handler.ts';
import { getReleaseHandler } from './get-release.handler.ts';
import { getSchemaHandler } from './get-schema.handler.ts';
import { listConsumersHandler } from './list-consumers.handler.ts';
import { listContractsHandler } from './list-contracts.handler.ts';
import { listReleasesHandler } from './list-releases.handler.ts';

export const handler = api({ table }, [
  getReleaseHandler,
  listReleasesHandler,
  getSchemaHandler,
  listContractsHandler,
  getContractHandler,
  listConsumersHandler,
  deprecateContractHandler,
  acknowledgeDeprecationHandler,
]);
