export * from './endpoints.ts';
export * from './replay-endpoints.ts';
export * from './dead-letter-endpoints.ts';
export * from './foreign-event-endpoints.ts';
export * from './call-endpoints.ts';
