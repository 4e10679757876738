import type { Money } from '@dure/contracts/values';

/** The text that names a product and that a search looks at. */
export interface ProductText {
  readonly title: string;
  readonly description?: string;
  readonly tags: readonly string[];
}

export interface Product extends ProductText {
  readonly sku: string;
  readonly price: Money;
  readonly status: 'active' | 'retired';
  /** Counts the product's events: after its nth event a product is at version n. */
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export type ProductEvent =
  | { readonly type: 'ProductAdded'; readonly sku: string; readonly text: ProductText; readonly price: Money }
  | { readonly type: 'ProductChanged'; readonly text: ProductText }
  | { readonly type: 'PriceChanged'; readonly price: Money; readonly previousPrice: Money }
  | { readonly type: 'ProductRetired' };

export interface NewProduct extends ProductText {
  readonly sku: string;
  readonly price: Money;
}

export type AddRejection = 'product-exists';

/** A SKU is never reused: a retired product does not come back as another one. */
export function decideAdd(product: Product | undefined, newProduct: NewProduct): ProductEvent[] | AddRejection {
  if (product !== undefined) return 'product-exists';
  const { sku, title, description, price } = newProduct;
  return [{ type: 'ProductAdded', sku, text: { title, description, tags: unique(newProduct.tags) }, price }];
}

export type ProductChanges = Partial<ProductText> & { readonly price?: Money };

export type ChangeRejection = 'product-not-found' | 'product-retired' | 'precondition-failed' | 'currency-change';

/**
 * Decides on a change to the version `expectedVersion`. Text and price are separate events, because few consumers need both.
 * A field that keeps its value produces no event.
 */
export function decideChange(
  product: Product | undefined,
  changes: ProductChanges,
  expectedVersion: string,
): ProductEvent[] | ChangeRejection {
  if (product === undefined) return 'product-not-found';
  if (product.status === 'retired') return 'product-retired';
  if (String(product.version) !== expectedVersion) return 'precondition-failed';
  if (changes.price !== undefined && changes.price.currency !== product.price.currency) return 'currency-change';
  return [...changedText(product, changes), ...changedPrice(product, changes)];
}

function changedText(product: Product, changes: ProductChanges): ProductEvent[] {
  const { title = product.title, description = product.description } = changes;
  const tags = unique(changes.tags ?? product.tags);
  const same = title === product.title && description === product.description && tags.join() === product.tags.join();
  return same ? [] : [{ type: 'ProductChanged', text: { title, description, tags } }];
}

function changedPrice({ price: previousPrice }: Product, { price }: ProductChanges): ProductEvent[] {
  if (price === undefined || price.amount === previousPrice.amount) return [];
  return [{ type: 'PriceChanged', price, previousPrice }];
}

export type RetireRejection = 'product-not-found';

/** Retires a product; a second time produces no event. */
export function decideRetire(product: Product | undefined): ProductEvent[] | RetireRejection {
  if (product === undefined) return 'product-not-found';
  switch (product.status) {
    case 'active':
      return [{ type: 'ProductRetired' }];
    case 'retired':
      return [];
    default:
      return product.status satisfies never;
  }
}

/** The product after an event at `time`. */
export function evolve(product: Product | undefined, event: ProductEvent, time: string): Product {
  if (event.type === 'ProductAdded') {
    const { sku, text, price } = event;
    return { sku, ...text, price, status: 'active', version: 1, createdAt: time, updatedAt: time };
  }
  if (product === undefined) throw new Error(`${event.type} before ProductAdded`);
  const after = { ...product, version: product.version + 1, updatedAt: time };
  switch (event.type) {
    case 'ProductChanged':
      return { ...after, ...event.text };
    case 'PriceChanged':
      return { ...after, price: event.price };
    case 'ProductRetired':
      return { ...after, status: 'retired' };
    default:
      return event satisfies never;
  }
}

const unique = (tags: readonly string[]): readonly string[] => [...new Set(tags)];
