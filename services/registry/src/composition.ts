import { required } from '@dure/contracts/binding/environment';
import { openTable } from '@dure/contracts/binding/table';
import type { Notifier } from './application/notify-owners.ts';
import { alertsTopic } from './channels/alerts-topic.ts';
import { createChangeStore } from './store/change-store.ts';
import { createComparisonStore } from './store/comparison-store.ts';
import { createContractStore } from './store/contract-store.ts';
import { createDriftStore } from './store/drift-store.ts';
import { createOverrideStore } from './store/override-store.ts';
import { openParameters } from './store/parameters.ts';
import { createReleaseStore } from './store/release-store.ts';
import { createStageStore } from './store/stage-store.ts';

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
export const drifts = /* @__PURE__ */ createDriftStore(table);
export const readArtefacts = /* @__PURE__ */ openParameters();

/** The stage that the registry itself is deployed to: what runs in it, the registry can see. */
export const ownStage = () => required('STAGE');

/** For the function that may publish to the topic of the alerts. */
export const notifier = (): Notifier => ({
  ...{ releases, stages, drifts },
  stage: ownStage(),
  send: alertsTopic(required('ALERTS_TOPIC_ARN')),
});
