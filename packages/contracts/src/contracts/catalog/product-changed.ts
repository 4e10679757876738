import { event } from '../contract.ts';
import { exampleState, ProductState } from './product.ts';

export const ProductChanged = event('catalog', 'ProductChanged', 1, ProductState, {
  description: "A product's title, description or tags changed; carries the whole product.",
  example: exampleState,
});
