import { required } from '@dure/contracts/environment';
import { openTable } from '@dure/contracts/table';
import { createEventStore } from './store/event-store.ts';
import { createProjectionStore } from './store/projection-store.ts';
import { createProductStore } from './store/product-store.ts';
import { createViewStore } from './store/view-store.ts';
import { openWorkflow } from './workflow.ts';
import { createWorkflowStore } from './store/workflow-store.ts';

/** The one place that reads the environment and makes clients. */

export const table = openTable(required('TABLE_NAME'));
export const orders = createEventStore(table);
export const products = createProductStore(table);
export const projections = createProjectionStore(table);
export const views = createViewStore(table);
export const workflows = createWorkflowStore(table);

/** Called by the functions that may use the state machine. */
export const checkout = () => openWorkflow(required('STATE_MACHINE_ARN'));

/** How long the sweep leaves an order alone that nothing moves: longer than a usual step takes. */
export const sweepAfterSeconds = () => Number(process.env['SWEEP_AFTER_SECONDS'] ?? 30);
