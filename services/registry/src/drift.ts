import { scheduled } from '@dure/contracts/binding/scheduled';
import { reportDrift } from './application/find-drift.ts';
import { drifts, ownStage, readArtefacts, releases, stages } from './composition.ts';

/** Compares what the stage runs with what is recorded. */
export const handler = scheduled('drift', (call) =>
  reportDrift({ stages, releases, drifts, readArtefacts }, call, ownStage()),
);
