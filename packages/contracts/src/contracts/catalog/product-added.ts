import { event } from '../contract.ts';
import { exampleState, ProductState } from './product.ts';

export const ProductAdded = event('catalog', 'ProductAdded', 1, ProductState, {
  description: 'A product was added to the catalogue.',
  example: exampleState,
});
