export * from './configuration.ts';
export * from './policies.ts';
