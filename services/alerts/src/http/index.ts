import { api } from '@dure/contracts/binding/api';
import { checkTable } from '@dure/contracts/binding/table';
import { table } from '../composition.ts';
import { getAlert } from './get-alert.ts';
import { list } from './list-alerts.ts';

export const handler = api({ table, checks: { table: () => checkTable(table) } }, [list, getAlert]);
