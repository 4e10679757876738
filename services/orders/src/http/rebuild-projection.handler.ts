import { http, reply } from '@dure/contracts/binding/http';
import { RebuildProjection } from '@dure/contracts/orders';
import { problem } from '@dure/contracts/problem';
import { v7 as uuidv7 } from 'uuid';
import { startRebuild } from '../application/rebuild-projection.ts';
import { projections } from '../composition.ts';
import { projectionView } from './projection-view.ts';

export const rebuildProjectionHandler = http(RebuildProjection, {
  run: (_, call) => startRebuild(projections, call, uuidv7()),
  answer: (started) =>
    'rejected' in started
      ? problem(started.rejected)
      : reply(202, projectionView(started), { headers: { location: '/v1/projections/orders' } }),
});
