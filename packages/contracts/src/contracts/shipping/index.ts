export * from './commands.ts';
export * from './shipment-events.ts';
export * from './order-events.ts';
export * from './endpoints.ts';
export * from './carrier-event.ts';
