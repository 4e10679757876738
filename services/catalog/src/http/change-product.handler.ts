import { ChangeProduct } from '@dure/contracts/catalog';
import { http, reply } from '@dure/contracts/binding/http';
import { problem } from '@dure/contracts/problem';
import { changeProduct } from '../application/change-product.ts';
import { store } from '../composition.ts';
import { productView } from './product-view.ts';

export const changeProductHandler = http(ChangeProduct, {
  run: ({ params, body, ifMatch }, call) => changeProduct(store, call, params.sku, body, ifMatch),
  answer: (result) =>
    'rejected' in result ? problem(result.rejected) : reply(200, productView(result), { etag: result.version }),
});
