export * from './drift-events.ts';
export * from './endpoints.ts';
