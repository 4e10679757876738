import { GetProduct } from '@dure/contracts/catalog';
import { http, reply } from '@dure/contracts/binding/http';
import { problem } from '@dure/contracts/problem';
import { store } from '../composition.ts';
import { productView } from './product-view.ts';

export const getProductHandler = http(GetProduct, {
  run: async ({ params }) => (await store.load(params.sku))?.product,
  answer: (product) =>
    product === undefined ? problem('product-not-found') : reply(200, productView(product), { etag: product.version }),
});
