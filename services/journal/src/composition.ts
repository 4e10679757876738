import { required } from '@dure/contracts/binding/environment';
import { openTable } from '@dure/contracts/binding/table';
import { openBus } from './event-bus.ts';
import { retentionDays } from './domain/retention.ts';
import { createStore } from './store.ts';
import { createCallStore } from './store/call-store.ts';
import { createDeadLetterStore } from './store/dead-letter-store.ts';
import { createForeignStore } from './store/foreign-store.ts';
import { createReplayStore } from './store/replay-store.ts';

/**
 * The only place that reads the environment and creates clients. `@__PURE__` lets the bundler drop what a function does
 * not import.
 */

export const table = openTable(required('TABLE_NAME'));
export const store = /* @__PURE__ */ createStore(table);
export const foreignEvents = /* @__PURE__ */ createForeignStore(table);
export const replays = /* @__PURE__ */ createReplayStore(table);
export const calls = /* @__PURE__ */ createCallStore(table);
export const deadLetters = /* @__PURE__ */ createDeadLetterStore(table);

export const stage = () => required('STAGE');

export const recordDays = () => retentionDays(required('RECORD_RETENTION_DAYS'));
export const deadLetterDays = () => retentionDays(required('DEAD_LETTER_RETENTION_DAYS'));

/** For the functions that may use the archive. */
export const openEventBus = () =>
  openBus({ stage: stage(), busArn: required('BUS_ARN'), archiveArn: required('ARCHIVE_ARN') });
