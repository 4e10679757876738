import { ListOverrides } from '@dure/contracts/registry';
import { http } from '@dure/contracts/binding/http';
import { problem } from '@dure/contracts/problem';
import { listOverrides } from '../application/overrides.ts';
import { overrides } from '../composition.ts';
import { paged } from './reply.ts';
import { overrideView } from './override-view.ts';

export const listOverridesHandler = http(ListOverrides, {
  run: ({ query }, call) => listOverrides(overrides, query.stage, query, call.time),
  answer: (page, { query }) =>
    page === undefined ? problem('invalid-cursor') : paged(page, overrideView, '/v1/overrides', query),
});
