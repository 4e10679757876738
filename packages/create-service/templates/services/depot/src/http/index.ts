import { api } from '@dure/contracts/binding/api';
import { checkTable } from '@dure/contracts/binding/table';
import { table } from '../composition.ts';
import { getSparePart } from './get-spare-part.ts';
import { listSparePartChanges } from './list-spare-part-changes.ts';
import { recordSparePart } from './record-spare-part.ts';

export const handler = api({ table, checks: { table: () => checkTable(table) } }, [
  recordSparePart,
  getSparePart,
  listSparePartChanges,
]);
