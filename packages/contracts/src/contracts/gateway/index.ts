export * from './configuration.ts';
export * from './stage-health.ts';
export * from './usage.ts';
// shop
export * from './order-view.ts';
export * from './storefront.ts';
// /shop
