import { scheduled } from '@dure/contracts/binding/scheduled';
import { reportDrift } from './application/find-drift.ts';
import { drifts, ownStage, readArtefacts, readRules, releases, stages } from './composition.ts';

/** Compares what the stage runs, and what its bus brings, with what is recorded. */
export const handler = scheduled('drift', (call) =>
  reportDrift({ stages, releases, drifts, readArtefacts, readRules }, call, ownStage()),
);
