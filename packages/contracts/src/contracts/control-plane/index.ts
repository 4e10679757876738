export * from './breakers.ts';
export * from './configuration.ts';
export * from './policies.ts';
export * from './report-mesh-breaker.ts';
