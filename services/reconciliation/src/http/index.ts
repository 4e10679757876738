import { api } from '@dure/contracts/binding/api';
import { table } from '../composition.ts';
import { getDayCountsHandler } from './get-day-counts.handler.ts';
import { getDriftHandler } from './get-drift.handler.ts';
import { listDriftsHandler } from './list-drifts.handler.ts';
import { listReconciliationsHandler } from './list-reconciliations.handler.ts';

export const handler = api({ table }, [
  listDriftsHandler,
  getDriftHandler,
  listReconciliationsHandler,
  getDayCountsHandler,
]);
