import { ListConsumers } from '@dure/contracts/registry';
import { http } from '@dure/contracts/binding/http';
import { problem } from '@dure/contracts/problem';
import { listConsumers, listConsumersIn } from '../application/contracts.ts';
import { contractPath, link, paged, releasePath } from './reply.ts';
import { stores } from '../composition.ts';
import { keyOf } from './contract-view.ts';

export const listConsumersHandler = http(ListConsumers, {
  run: ({ params, query: { stage, ...at } }, call) =>
    stage === undefined
      ? listConsumers(stores, keyOf(params), at)
      : listConsumersIn(stores, stage, keyOf(params), at, call.time),
  answer: (page, { params, query }) =>
    page === undefined
      ? problem('invalid-cursor')
      : paged(
          page,
          (consumer) => ({
            ...consumer,
            fields: [...consumer.fields],
            _links: { release: link(releasePath(consumer.service, consumer.label)) },
          }),
          `${contractPath(keyOf(params))}/consumers`,
          query,
        ),
});
