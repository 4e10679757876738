export * from './order-placed.ts';
export * from './order-confirmed.ts';
export * from './order-completed.ts';
export * from './order-rejected.ts';
export * from './order-cancellation-requested.ts';
export * from './order-cancelled.ts';
export * from './endpoints.ts';
