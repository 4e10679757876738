import { CanDeploy } from '@dure/contracts/registry';
import { http, reply } from '@dure/contracts/binding/http';
import { judge } from '../application/judge.ts';
import { comparisons, noticeDays, production, stores, strangers } from '../composition.ts';
import { link } from './reply.ts';

export const canDeployHandler = http(CanDeploy, {
  run: ({ body }, call) =>
    judge(
      { ...stores, comparisons, strangers, noticeDays: noticeDays(), production: production() },
      body.stage,
      body,
      call.time,
    ),
  answer: ({ blockers, warnings, overridden, order, cycle, ...rest }, { body: { stage } }) =>
    reply(200, {
      ...{ stage, ...rest, blockers: [...blockers], warnings: [...warnings] },
      overridden: overridden.map(({ override: { id, who, why, until }, ...reason }) => ({
        ...reason,
        override: { id, who, why, until },
      })),
      ...(order && { order: [...order] }),
      ...(cycle && { cycle: [...cycle] }),
      _links: { stage: link(`/v1/stages/${stage}`), overrides: link('/v1/overrides', { stage }) },
    }),
});
