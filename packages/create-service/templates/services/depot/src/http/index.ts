import { api } from '@dure/contracts/binding/api';
import { table } from '../composition.ts';
import { getSparePartHandler } from './get-spare-part.handler.ts';
import { listSparePartChangesHandler } from './list-spare-part-changes.handler.ts';
import { recordSparePartHandler } from './record-spare-part.handler.ts';

export const handler = api({ table }, [recordSparePartHandler, getSparePartHandler, listSparePartChangesHandler]);
