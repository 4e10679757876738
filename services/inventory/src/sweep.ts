import { scheduled } from '@dure/contracts/binding/scheduled';
import { countOverdue, expireReservations } from './application/expire-reservations.ts';
import { countShortages } from './application/count-shortages.ts';
import { store } from './composition.ts';

export const handler = scheduled('sweep', async (call) => ({
  overdue: await countOverdue(store, call),
  short: await countShortages(store, call),
  expired: await expireReservations(store, call),
}));
