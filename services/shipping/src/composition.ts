import { required } from '@dure/contracts/binding/environment';
import { openSettings } from '@dure/contracts/binding/settings';
import { openTable } from '@dure/contracts/binding/table';
import { createSandboxCarrier } from './carriers/sandbox.ts';
import { createStore } from './store.ts';

/**
 * The only place that reads the environment and creates clients. `@__PURE__` lets the bundler drop what a function does
 * not import.
 */

/** How long a carrier may be silent about a parcel before it is asked. */
const silentMinutes = Number(process.env['SILENT_MINUTES'] ?? 60);

export const table = openTable(required('TABLE_NAME'));
export const store = /* @__PURE__ */ createStore(table, silentMinutes);

/** For the functions that may ask the carrier. */
export const dependencies = () => ({ store, carrier: createSandboxCarrier(required('CARRIER_URL')) });

/** How long the sweep waits before it asks again. */
export const pauseMinutes = () => Math.min(10, silentMinutes);

/** For the function that may read the secret of the carrier's webhooks. */
export const carrierSettings = () => openSettings(`/dure/${required('STAGE')}/shipping`, ['carrier-webhook-secret']);
