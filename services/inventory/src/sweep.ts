import { scheduled } from '@dure/contracts/binding/scheduled';
import { countOverdue, expireReservations } from './application/expire-reservations.ts';
import { countShort } from './application/count-short.ts';
import { store } from './composition.ts';

export const handler = scheduled('sweep', async (call) => ({
  overdue: await countOverdue(store, call),
  short: await countShort(store, call),
  expired: await expireReservations(store, call),
}));
