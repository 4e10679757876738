import { required } from '@dure/contracts/binding/environment';
import { openTable } from '@dure/contracts/binding/table';
import { createRevisionStore } from './store/revision-store.ts';

/** The only place that reads the environment and creates clients. */

export const table = openTable(required('TABLE_NAME'));

export const policies = createRevisionStore(table, 'POLICY');
export const values = createRevisionStore(table, 'VALUE');
