import { required } from '@dure/contracts/binding/environment';
import { openTable } from '@dure/contracts/binding/table';
import type { Dependencies } from './application/carry-out.ts';
import { openProvider } from './providers/offered.ts';
import { createStore } from './store.ts';

/** The one place that reads the environment and makes clients. */

/** How long money is held for an order that nobody captures or cancels: as long as cards hold it, while parcels are packed. */
export const authorisationMinutes = Number(process.env['AUTHORISATION_MINUTES'] ?? 7 * 24 * 60);

export const table = openTable(required('TABLE_NAME'));
export const { provider, readNotice } = openProvider({
  name: process.env['PAYMENT_PROVIDER'],
  url: process.env['PAYMENT_PROVIDER_URL'],
  stage: required('STAGE'),
});
export const store = createStore(table, authorisationMinutes);

export const dependencies: Dependencies = { store, provider, pauses: [200, 400, 800, 1600] };
