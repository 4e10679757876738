import { api } from '@dure/contracts/binding/api';
import { table } from '../composition.ts';
import { getAlert } from './get-alert.ts';
import { list } from './list-alerts.ts';

export const handler = api({ table }, [list, getAlert]);
