import { RetireProduct } from '@dure/contracts/catalog';
import { http, reply } from '@dure/contracts/binding/http';
import { problem } from '@dure/contracts/problem';
import { retireProduct } from '../application/retire-product.ts';
import { store } from '../composition.ts';

export const retireProductHandler = http(RetireProduct, {
  run: ({ params }, call) => retireProduct(store, call, params.sku),
  answer: (result) => ('rejected' in result ? problem(result.rejected) : reply(204, undefined)),
});
