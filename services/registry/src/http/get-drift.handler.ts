import { GetDrift } from '@dure/contracts/registry';
import { http } from '@dure/contracts/binding/http';
import { problem } from '@dure/contracts/problem';
import { findDrift } from '../application/find-drift.ts';
import { explained } from '../domain/drift.ts';
import { ownStage, readArtefacts, readRules, releases, stages } from '../composition.ts';
import { link, tagged } from './reply.ts';

export const getDriftHandler = http(GetDrift, {
  run: async ({ params: { stage } }, call) =>
    stage === ownStage() ? findDrift({ stages, releases, readArtefacts, readRules }, stage, call.time) : undefined,
  answer: (drifts, { params: { stage } }) =>
    drifts === undefined
      ? problem('stage-elsewhere')
      : tagged(200, {
          stage,
          items: drifts.map(({ rules, ...drift }) => ({
            ...drift,
            ...(rules && { rules: { missing: [...rules.missing], unknown: [...rules.unknown] } }),
            ...explained({ ...drift, ...(rules && { rules }) }),
          })),
          _links: { self: link(`/v1/stages/${stage}/drift`), stage: link(`/v1/stages/${stage}`) },
        }),
});
