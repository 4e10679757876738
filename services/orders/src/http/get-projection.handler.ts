import { http, reply } from '@dure/contracts/binding/http';
import { GetProjection } from '@dure/contracts/orders';
import { projections } from '../composition.ts';
import { projectionView } from './projection-view.ts';

export const getProjectionHandler = http(GetProjection, {
  run: () => projections.load(),
  answer: (projection) => reply(200, projectionView(projection)),
});
