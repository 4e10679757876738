import { api } from '@dure/contracts/api';
import { checkTable } from '@dure/contracts/table';
import { table } from '../composition.ts';
import { getPreferences } from './get-preferences.ts';
import { listNotifications } from './list-notifications.ts';
import { setPreferences } from './set-preferences.ts';

export const handler = api({ table, checks: { table: () => checkTable(table) } }, [
  getPreferences,
  setPreferences,
  listNotifications,
]);
