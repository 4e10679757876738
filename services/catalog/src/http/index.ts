import { api } from '@dure/contracts/binding/api';
import { table } from '../composition.ts';
import { addProductHandler } from './add-product.handler.ts';
import { changeProductHandler } from './change-product.handler.ts';
import { getProductHandler } from './get-product.handler.ts';
import { listProductsHandler } from './list-products.handler.ts';
import { retireProductHandler } from './retire-product.handler.ts';

export const handler = api({ table }, [
  addProductHandler,
  listProductsHandler,
  getProductHandler,
  changeProductHandler,
  retireProductHandler,
]);
