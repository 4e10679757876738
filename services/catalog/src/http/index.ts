import { api } from '@dure/contracts/binding/api';
import { table } from '../composition.ts';
import { add } from './add-product.ts';
import { change } from './change-product.ts';
import { get } from './get-product.ts';
import { list } from './list-products.ts';
import { retire } from './retire-product.ts';

export const handler = api({ table }, [add, list, get, change, retire]);
