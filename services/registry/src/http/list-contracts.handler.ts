import { ListContracts } from '@dure/contracts/registry';
import { http } from '@dure/contracts/binding/http';
import { problem } from '@dure/contracts/problem';
import { listContracts } from '../application/contracts.ts';
import { paged } from './reply.ts';
import { stores } from '../composition.ts';
import { summaryView } from './contract-view.ts';

export const listContractsHandler = http(ListContracts, {
  run: ({ query }) => listContracts(stores, query.owner, query),
  answer: (page, { query }) =>
    page === undefined ? problem('invalid-cursor') : paged(page, summaryView, '/v1/contracts', query),
});
