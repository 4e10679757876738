import { api } from '@dure/contracts/binding/api';
import { table } from '../composition.ts';
import { get } from './get-event.ts';
import { getForeignEvent } from './get-foreign-event.ts';
import { list } from './list-events.ts';
import { listForeignEvents } from './list-foreign-events.ts';

export const handler = api({ table }, [list, get, listForeignEvents, getForeignEvent]);
