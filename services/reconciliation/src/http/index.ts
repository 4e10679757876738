import { api } from '@dure/contracts/binding/api';
import { table } from '../composition.ts';
import { getDayCounts } from './get-day-counts.ts';
import { getDrift } from './get-drift.ts';
import { listDrifts } from './list-drifts.ts';
import { listReconciliations } from './list-reconciliations.ts';

export const handler = api({ table }, [listDrifts, getDrift, listReconciliations, getDayCounts]);
