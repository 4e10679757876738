import { http, reply } from '@dure/contracts/http';
import { GetProjection } from '@dure/contracts/orders/index';
import { projections } from '../composition.ts';
import { projectionView } from './projection-view.ts';

export const getProjection = http(GetProjection, {
  run: () => projections.load(),
  answer: (projection) => reply(200, projectionView(projection)),
});
