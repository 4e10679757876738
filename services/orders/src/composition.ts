import { required } from '@dure/contracts/binding/environment';
import { openTable } from '@dure/contracts/binding/table';
import { createEventStore } from './store/event-store.ts';
import { createProjectionStore } from './store/projection-store.ts';
import { createProductStore } from './store/product-store.ts';
import { createViewStore } from './store/view-store.ts';
import { openWorkflow } from './workflow.ts';
import { createWorkflowStore } from './store/workflow-store.ts';

/**
 * The only place that reads the environment and creates clients. `@__PURE__` lets the bundler drop what a function does
 * not import.
 */

export const table = openTable(required('TABLE_NAME'));
export const orders = /* @__PURE__ */ createEventStore(table);
export const products = /* @__PURE__ */ createProductStore(table);
export const projections = /* @__PURE__ */ createProjectionStore(table);
export const views = /* @__PURE__ */ createViewStore(table);
export const workflows = /* @__PURE__ */ createWorkflowStore(table);

/** For the functions that may use the state machine. */
export const checkout = () => openWorkflow(required('STATE_MACHINE_ARN'));

/** How long the sweep ignores an order that does not move: longer than a step usually takes. */
export const sweepAfterSeconds = () => Number(process.env['SWEEP_AFTER_SECONDS'] ?? 30);

/** After how many milliseconds an order that is not decided is late, see domain/backlog.ts. */
export const lateAfterMs = () => Number(process.env['LATE_AFTER_MS'] ?? 3_000);
