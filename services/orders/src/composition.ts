import { required } from '@dure/contracts/binding/environment';
import { openTable } from '@dure/contracts/binding/table';
import { createEventStore } from './store/event-store.ts';
import { createProjectionStore } from './store/projection-store.ts';
import { createProductStore } from './store/product-store.ts';
import { createViewStore } from './store/view-store.ts';
import { openWorkflow } from './workflow.ts';
import { createWorkflowStore } from './store/workflow-store.ts';

/**
 * The one place that reads the environment and makes clients. What is marked pure is left out of the bundles of functions
 * that do not import it.
 */

export const table = openTable(required('TABLE_NAME'));
export const orders = /* @__PURE__ */ createEventStore(table);
export const products = /* @__PURE__ */ createProductStore(table);
export const projections = /* @__PURE__ */ createProjectionStore(table);
export const views = /* @__PURE__ */ createViewStore(table);
export const workflows = /* @__PURE__ */ createWorkflowStore(table);

/** Called by the functions that may use the state machine. */
export const checkout = () => openWorkflow(required('STATE_MACHINE_ARN'));

/** How long the sweep leaves an order alone that nothing moves: longer than a usual step takes. */
export const sweepAfterSeconds = () => Number(process.env['SWEEP_AFTER_SECONDS'] ?? 30);
