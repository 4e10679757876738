import { required } from '@dure/contracts/binding/environment';
import { openSettings } from '@dure/contracts/binding/settings';
import { openTable } from '@dure/contracts/binding/table';
import { createSandboxCarrier } from './carriers/sandbox.ts';
import { createStore } from './store.ts';

/**
 * The one place that reads the environment and makes clients. What is marked pure is left out of the bundles of functions
 * that do not import it.
 */

/** How long a carrier may say nothing of a parcel before it is asked. */
const silentMinutes = Number(process.env['SILENT_MINUTES'] ?? 60);

export const table = openTable(required('TABLE_NAME'));
export const store = /* @__PURE__ */ createStore(table, silentMinutes);

/** Called by the functions that may ask the carrier. */
export const dependencies = () => ({ store, carrier: createSandboxCarrier(required('CARRIER_URL')) });

/** How long the sweep waits until it asks again. */
export const pauseMinutes = () => Math.min(10, silentMinutes);

/** Called by the function that may read the secret of the carrier's webhooks. */
export const carrierSettings = () => openSettings(`/dure/${required('STAGE')}/shipping`, ['carrier-webhook-secret']);
