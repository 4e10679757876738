export * from './commands.ts';
export * from './payment-authorised.ts';
export * from './payment-declined.ts';
export * from './payment-captured.ts';
export * from './payment-capture-failed.ts';
export * from './payment-voided.ts';
export * from './payment-refunded.ts';
export * from './endpoints.ts';
