import { AddProduct } from '@dure/contracts/catalog';
import { http, reply } from '@dure/contracts/binding/http';
import { problem } from '@dure/contracts/problem';
import { addProduct } from '../application/add-product.ts';
import { store } from '../composition.ts';
import { productPath, productView } from './product-view.ts';

export const addProductHandler = http(AddProduct, {
  run: ({ body }, call) => addProduct(store, call, body),
  answer: (result) =>
    'rejected' in result
      ? problem(result.rejected)
      : reply(201, productView(result), { etag: result.version, headers: { location: productPath(result.sku) } }),
});
