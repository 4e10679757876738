import { event } from '../contract.ts';
import { exampleState, ProductState } from './product.ts';

export const ProductRetired = event('catalog', 'ProductRetired', 1, ProductState, {
  description: 'A product is no longer sold; carries the whole product as it last was.',
  example: { ...exampleState, status: 'retired', version: 4 },
});
