import { scheduled } from '@dure/contracts/binding/scheduled';
import { v7 as uuidv7 } from 'uuid';
import { reconcile } from './application/reconcile.ts';
import { store, times } from './composition.ts';

export const handler = scheduled('sweep', (call) => reconcile({ store, times: times(), newId: uuidv7 }, call));
