import { required } from '@dure/contracts/binding/environment';
import { openTable } from '@dure/contracts/binding/table';
import { createBreakerStore } from './store/breaker-store.ts';
import { createRevisionStore } from './store/revision-store.ts';

/** The only place that reads the environment and creates clients. */

export const table = openTable(required('TABLE_NAME'));

/** `@__PURE__` lets the bundler drop what a function does not import. */
export const breakers = /* @__PURE__ */ createBreakerStore(table);
export const policies = /* @__PURE__ */ createRevisionStore(table, 'POLICY');
export const values = /* @__PURE__ */ createRevisionStore(table, 'VALUE');
