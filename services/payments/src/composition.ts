import { required } from '@dure/contracts/binding/environment';
import { openTable } from '@dure/contracts/binding/table';
import type { Dependencies } from './application/change-payment.ts';
import { openProvider } from './providers/provider-registry.ts';
import { createStore } from './store.ts';

/** The only place that reads the environment and creates clients. */

/** How long an uncaptured hold lasts: as long as cards allow, since parcels are packed meanwhile. */
export const authorisationMinutes = Number(process.env['AUTHORISATION_MINUTES'] ?? 7 * 24 * 60);

export const table = openTable(required('TABLE_NAME'));
export const { provider, readNotice } = openProvider({
  name: process.env['PAYMENT_PROVIDER'],
  url: process.env['PAYMENT_PROVIDER_URL'],
  stage: required('STAGE'),
});
export const store = createStore(table, authorisationMinutes);

export const dependencies: Dependencies = { store, provider, pauses: [200, 400, 800, 1600] };
