import { scheduled } from '@dure/contracts/scheduled';
import { expireReservations } from './application/expire-reservations.ts';
import { store } from './composition.ts';

export const handler = scheduled('sweep', async (call) => ({ expired: await expireReservations(store, call) }));
