import { required } from '@dure/contracts/binding/environment';
import { openTable } from '@dure/contracts/binding/table';
import { findStrangers } from './application/find-drift.ts';
import type { Notifier } from './application/notify-owners.ts';
import { alertsTopic } from './channels/alerts-topic.ts';
import { openBusRules } from './store/bus-rules.ts';
import { createChangeStore } from './store/change-store.ts';
import { createComparisonStore } from './store/comparison-store.ts';
import { createContractStore } from './store/contract-store.ts';
import { createDriftStore } from './store/drift-store.ts';
import { createOverrideStore } from './store/override-store.ts';
import { openDigests, openParameters } from './store/parameters.ts';
import { createReleaseStore } from './store/release-store.ts';
import { createStageStore } from './store/stage-store.ts';
import { createTestFailureStore } from './store/test-failure-store.ts';

/**
 * The one place that reads the environment and makes clients. `@__PURE__` lets the bundler drop what a function does not
 * import.
 */

export const table = openTable(required('TABLE_NAME'));
export const releases = /* @__PURE__ */ createReleaseStore(table);
export const stages = /* @__PURE__ */ createStageStore(table);
export const contracts = /* @__PURE__ */ createContractStore(table);
export const overrides = /* @__PURE__ */ createOverrideStore(table);
export const comparisons = /* @__PURE__ */ createComparisonStore(table, releases);
export const stores = { releases, stages, contracts, overrides };
export const changes = /* @__PURE__ */ createChangeStore(table);
export const testFailures = /* @__PURE__ */ createTestFailureStore(table);
export const drifts = /* @__PURE__ */ createDriftStore(table);
export const readArtefacts = /* @__PURE__ */ openParameters();
export const readRules = /* @__PURE__ */ openBusRules(() => required('BUS_NAME'));

const readDigests = /* @__PURE__ */ openDigests();

/** The stage that the registry itself is deployed to: what runs in it, the registry can see. */
export const ownStage = () => required('STAGE');

export const strangers = /* @__PURE__ */ findStrangers({ drifts, readDigests, ownStage });

/** How long dependants have from a new major before an older one may go. */
export const noticeDays = () => Number(required('NOTICE_DAYS'));

/** Stages that serve customers. */
export const production = () => required('PRODUCTION_STAGES').split(',');

/** For the function that may publish to the topic of the alerts. */
export const notifier = (): Notifier => ({
  ...{ releases, stages, drifts },
  stage: ownStage(),
  send: alertsTopic(required('ALERTS_TOPIC_ARN')),
});
