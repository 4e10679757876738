import { http, reply } from '@dure/contracts/binding/http';
import { ListMeshBreakers } from '@dure/contracts/control-plane';
import { problem } from '@dure/contracts/problem';
import { listBreakers } from '../application/breakers.ts';
import { breakers } from '../composition.ts';
import { breakerView } from './breaker-view.ts';
import { pageBody } from './reply.ts';

export const listMeshBreakersHandler = http(ListMeshBreakers, {
  run: ({ query }, call) => listBreakers(breakers, query, call.time),
  answer: (page, { query }) =>
    page === undefined
      ? problem('invalid-cursor')
      : reply(200, pageBody(page, breakerView, '/v1/mesh/breakers', query)),
});
