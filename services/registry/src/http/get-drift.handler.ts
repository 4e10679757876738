import { GetDrift } from '@dure/contracts/registry';
import { http } from '@dure/contracts/binding/http';
import { problem } from '@dure/contracts/problem';
import { findDrift } from '../application/find-drift.ts';
import { explained } from '../domain/drift.ts';
import { ownStage, readArtefacts, releases, stages } from '../composition.ts';
import { link, tagged } from './reply.ts';

export const getDriftHandler = http(GetDrift, {
  run: async ({ params: { stage } }) =>
    stage === ownStage() ? findDrift({ stages, releases, readArtefacts }, stage) : undefined,
  answer: (drifts, { params: { stage } }) =>
    drifts === undefined
      ? problem('stage-elsewhere')
      : tagged(200, {
          stage,
          items: drifts.map((drift) => ({ ...drift, ...explained(drift) })),
          _links: { self: link(`/v1/stages/${stage}/drift`), stage: link(`/v1/stages/${stage}`) },
        }),
});
