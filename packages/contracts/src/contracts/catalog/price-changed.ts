import * as z from 'zod/mini';
import { event } from '../contract.ts';
import { Money } from '../values.ts';
import { exampleState, ProductState } from './product.ts';

export const PriceChanged = event('catalog', 'PriceChanged', 1, z.extend(ProductState, { previousPrice: Money }), {
  description: "A product's price changed; carries the whole product and the price before.",
  example: { ...exampleState, version: 2, previousPrice: { amount: 990, currency: 'EUR' } },
});
