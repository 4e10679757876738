import { scheduled } from '@dure/contracts/scheduled';
import { uuidv7 } from 'uuidv7';
import { reconcile } from './application/reconcile.ts';
import { store, times } from './composition.ts';

export const handler = scheduled('sweep', (call) => reconcile({ store, times: times(), newId: uuidv7 }, call));
