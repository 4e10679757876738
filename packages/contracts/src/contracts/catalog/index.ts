export * from './product-added.ts';
export * from './product-changed.ts';
export * from './price-changed.ts';
export * from './product-retired.ts';
export * from './endpoints.ts';
