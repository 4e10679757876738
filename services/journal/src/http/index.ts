import { api } from '@dure/contracts/api';
import { checkTable } from '@dure/contracts/table';
import { table } from '../composition.ts';
import { getEvent } from './get-event.ts';
import { listEvents } from './list-events.ts';

export const handler = api({ table, checks: { table: () => checkTable(table) } }, [listEvents, getEvent]);
