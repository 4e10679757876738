import { consumer } from '@dure/contracts/binding/consumer';
import { consumes } from '@dure/contracts/contract';
import { on, Poison } from '@dure/contracts/binding/message';
import { ProjectionRebuildProgressed } from '@dure/contracts/orders';
import { continueRebuild } from '../application/rebuild-projection.ts';
import { orders, projections, views } from '../composition.ts';

export const handler = consumer('rebuild', [
  on(consumes(ProjectionRebuildProgressed, ['rebuildId']), ({ data, sequence }, call) => {
    if (sequence === undefined) throw new Poison('An event of a projection has no sequence.');
    return continueRebuild({ projections, orders, views }, call, { rebuildId: data.rebuildId, sequence });
  }),
]);
