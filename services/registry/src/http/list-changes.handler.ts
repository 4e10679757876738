import { ListChanges } from '@dure/contracts/registry';
import { http } from '@dure/contracts/binding/http';
import { problem } from '@dure/contracts/problem';
import { listChanges } from '../application/list-changes.ts';
import { changes, contracts, overrides, stages } from '../composition.ts';
import { paged } from './reply.ts';
import { changeView } from './change-view.ts';

export const listChangesHandler = http(ListChanges, {
  run: ({ query }, call) => listChanges({ changes, stages, contracts, overrides }, query, call.time),
  answer: (page, { query }) =>
    page === undefined ? problem('invalid-cursor') : paged(page, changeView, '/v1/changes', query),
});
